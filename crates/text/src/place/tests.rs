//! What profile locations mean, row by row.

use super::*;

fn told(model: &PlaceModel, text: &str) -> String {
    let Some(place) = model.place(text) else { return "none".to_owned() };
    let part = |part: Option<String>| part.unwrap_or_else(|| "-".to_owned());
    format!("{}/{}/{}", part(place.city), part(place.region), part(place.country))
}

fn check(rows: &[(&str, &str)]) {
    let model = PlaceModel::new();
    let told = rows.iter().map(|(text, _)| (*text, told(&model, text)));
    let wrong: Vec<_> =
        told.zip(rows).filter(|((_, told), (_, expected))| told != expected).collect();
    assert!(wrong.is_empty(), "told and expected: {wrong:#?}");
}

#[test]
fn names_that_agree_give_the_city() {
    check(&[
        ("Boston, MA", "Boston/Massachusetts/US"),
        ("Boston", "Boston/Massachusetts/US"),
        ("Downtown Dallas, Texas", "Dallas/Texas/US"),
        ("london, england", "London/England/GB"),
        ("London, Ontario", "London/Ontario/CA"),
        ("Portland, ME", "Portland/Maine/US"),
        ("Cambridge, UK", "Cambridge/England/GB"),
        ("Cambridge, MA", "Cambridge/Massachusetts/US"),
        ("Birmingham, AL", "Birmingham/Alabama/US"),
        ("Paris, TX", "Paris/Texas/US"),
        ("NYC", "New York City/New York/US"),
        ("Washington, DC", "Washington/District of Columbia/US"),
        ("New Orleans, LA", "New Orleans/Louisiana/US"),
        ("LA", "-/-/US"),
        ("Los Angeles, CA", "Los Angeles/California/US"),
        ("Paris, France 🇫🇷", "Paris/Île-de-France/FR"),
        ("São Paulo, Brasil", "São Paulo/São Paulo/BR"),
        ("Texas", "-/Texas/US"),
        ("Canada", "-/-/CA"),
        ("Atlanta, Georgia", "Atlanta/Georgia/US"),
        ("Amsterdam NL", "Amsterdam/North Holland/NL"),
        ("Leeds, West Yorkshire", "Leeds/England/GB"),
        ("St. Paul, Minnesota", "Saint Paul/Minnesota/US"),
        ("Ft Collins", "Fort Collins/Colorado/US"),
        ("Hanoi", "Hanoi/-/VN"),
        ("Tuscany", "-/Tuscany/IT"),
    ]);
}

#[test]
fn native_names_and_spellings_are_known() {
    check(&[
        ("東京", "Tokyo/Tokyo/JP"),
        ("Москва", "Moscow/Moscow/RU"),
        ("Новосибирск", "Novosibirsk/Novosibirsk Oblast/RU"),
        ("القاهرة", "Cairo/Cairo/EG"),
        ("부산", "Busan/Busan/KR"),
        ("กรุงเทพ", "Bangkok/Bangkok/TH"),
        ("Firenze", "Florence/Tuscany/IT"),
        ("Düsseldorf", "Düsseldorf/North Rhine-Westphalia/DE"),
        ("Malmo", "Malmö/Skåne/SE"),
    ]);
}

#[test]
fn codes_count_where_they_cannot_be_words() {
    check(&[
        ("Alexandria, Va", "Alexandria/Virginia/US"),
        ("alexandria, va", "Alexandria/Virginia/US"),
        ("mclean, va", "McLean/Virginia/US"),
        ("Easton,Ma", "Easton/Massachusetts/US"),
        ("Gridley, Ca", "-/California/US"),
        ("Reading PA", "Reading/Pennsylvania/US"),
        ("love in me", "none"),
        ("somerville nj", "none"),
        ("London or Paris", "none"),
        ("NYC/TX", "-/-/US"),
        ("ÜT: 38.988512,-77.161145", "none"),
    ]);
}

#[test]
fn what_does_not_agree_is_cut_to_what_is_shared() {
    check(&[
        ("NYC ✈ LA", "-/-/US"),
        ("Boulder, CO | Los Angeles, CA", "-/-/US"),
        ("Paris, OK", "-/Oklahoma/US"),
        ("Portland", "-/-/US"),
        ("Springfield", "-/-/US"),
        ("London | Paris", "none"),
        ("Warsaw, Berlin, Kiev", "none"),
        ("New York, Tel Aviv", "none"),
        ("Georgia", "none"),
    ]);
}

#[test]
fn the_much_larger_is_meant_and_the_little_larger_is_not() {
    check(&[
        ("Paris", "Paris/Île-de-France/FR"),
        ("London", "London/England/GB"),
        ("Lima", "Lima/Lima Province/PE"),
        ("Birmingham", "none"),
        ("Cambridge", "none"),
        ("Hyderabad", "none"),
        ("Richmond", "none"),
    ]);
}

#[test]
fn ordinary_words_are_places_only_in_their_region_or_country() {
    check(&[
        ("Nice", "none"),
        ("Reading", "none"),
        ("Mobile", "none"),
        ("Most", "none"),
        ("Nice, France", "Nice/Provence-Alpes-Côte d'Azur/FR"),
        ("Mobile, AL.", "Mobile/Alabama/US"),
        ("Reading, UK", "Reading/England/GB"),
        ("France nice", "-/-/FR"),
        ("Reading in Boston", "Boston/Massachusetts/US"),
        ("un nada casa", "none"),
        ("Mountain View, CA", "Mountain View/California/US"),
    ]);
}

#[test]
fn small_places_among_other_words_are_none() {
    check(&[
        ("Knoxville", "Knoxville/Tennessee/US"),
        ("With Carmen SanDiego.", "none"),
        ("New England", "-/-/US"),
        ("Bali, Republic of Indonesia", "-/Bali/ID"),
        ("San Francisco Bay Area, USA", "San Francisco/California/US"),
        ("New Larne", "none"),
    ]);
}

#[test]
fn what_names_nothing_is_unknown() {
    for text in [
        "everywhere",
        "",
        "in your heart",
        "me or you",
        "the moon",
        "127.0.0.1",
        "worldwide",
        "Here. There. Everywhere.",
        "Hell",
        "Home",
        "love",
        "Of course",
        "Planet Earth",
        "somewhere over the rainbow",
        "Under your bed",
        "en tu corazón",
        "dans la lune",
        "im Internet",
        "they/them",
    ] {
        check(&[(text, "none")]);
    }
}
