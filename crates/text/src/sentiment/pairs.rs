//! Minimal pairs beyond English: the first of two sentences must score higher than the second.

use vigie_types::{Confidence, Language};

use super::SentimentModel;
use crate::token::Tokens;

#[track_caller]
fn check(code: &str, pairs: &[(&str, &str)]) {
    let model = SentimentModel::new();
    let language = Language::new(code, Confidence::clamped(1.0));
    let score = |text: &str| {
        let found = model.sentiment(&Tokens::of(text), &language);
        found.expect("the language is supported").score.get()
    };
    let failed: Vec<String> = pairs
        .iter()
        .filter(|(higher, lower)| score(higher) <= score(lower))
        .map(|(higher, lower)| {
            format!("{higher} ({}) must be above {lower} ({})", score(higher), score(lower))
        })
        .collect();
    assert!(failed.is_empty(), "{code}:\n{}", failed.join("\n"));
}

#[test]
fn spanish_negation_boosters_contrast_and_faces_count() {
    check(
        "es",
        &[
            ("El vuelo fue bueno", "El vuelo no fue bueno"),
            ("El vuelo fue muy bueno", "El vuelo fue bueno"),
            ("El vuelo fue malo", "El vuelo fue muy malo"),
            (
                "El hotel era malo, pero el vuelo excelente",
                "El vuelo excelente, pero el hotel era malo",
            ),
            ("mi vuelo 😍", "mi vuelo 😡"),
        ],
    );
}

#[test]
fn french_negation_boosters_contrast_and_faces_count() {
    check(
        "fr",
        &[
            ("Le service est bon", "Le service n'est pas bon"),
            ("Le service est très bon", "Le service est bon"),
            ("Le service est mauvais", "Le service est très mauvais"),
            (
                "Le repas est horrible, mais le service est excellent",
                "Le service est excellent, mais le repas est horrible",
            ),
            ("mon vol 😍", "mon vol 😡"),
        ],
    );
}

#[test]
fn german_negation_boosters_contrast_and_faces_count() {
    check(
        "de",
        &[
            ("Der Service ist gut", "Der Service ist nicht gut"),
            ("Der Service ist sehr gut", "Der Service ist gut"),
            ("Der Flug war schlecht", "Der Flug war sehr schlecht"),
            (
                "Das Essen war schlecht, aber der Service super",
                "Der Service super, aber das Essen war schlecht",
            ),
            ("mein Flug 😍", "mein Flug 😡"),
        ],
    );
}

#[test]
fn italian_negation_boosters_contrast_and_faces_count() {
    check(
        "it",
        &[
            ("Il volo era bello", "Il volo non era bello"),
            ("Il servizio è molto buono", "Il servizio è buono"),
            ("Il servizio è pessimo", "Il servizio è davvero pessimo"),
            (
                "Il cibo era pessimo, ma il servizio ottimo",
                "Il servizio ottimo, ma il cibo era pessimo",
            ),
            ("il mio volo 😍", "il mio volo 😡"),
        ],
    );
}

#[test]
fn portuguese_negation_boosters_contrast_and_faces_count() {
    check(
        "pt",
        &[
            ("O voo foi bom", "O voo não foi bom"),
            ("O voo foi muito bom", "O voo foi bom"),
            ("O voo foi ruim", "O voo foi muito ruim"),
            ("O hotel é horrível, mas o voo é ótimo", "O voo é ótimo, mas o hotel é horrível"),
            ("meu voo 😍", "meu voo 😡"),
        ],
    );
}

#[test]
fn dutch_negation_boosters_contrast_and_faces_count() {
    check(
        "nl",
        &[
            ("De service is goed", "De service is niet goed"),
            ("De service is heel goed", "De service is goed"),
            ("De vlucht was slecht", "De vlucht was heel slecht"),
            (
                "Het eten was slecht, maar de service geweldig",
                "De service geweldig, maar het eten was slecht",
            ),
            ("mijn vlucht 😍", "mijn vlucht 😡"),
        ],
    );
}

#[test]
fn russian_negation_boosters_contrast_and_faces_count() {
    check(
        "ru",
        &[
            ("Мне нравится этот рейс", "Мне не нравится этот рейс"),
            ("Очень хороший сервис", "Хороший сервис"),
            ("Плохой рейс", "Очень плохой рейс"),
            ("Еда ужасная, но сервис отличный", "Сервис отличный, но еда ужасная"),
            ("мой рейс 😍", "мой рейс 😡"),
        ],
    );
}

#[test]
fn polish_negation_boosters_contrast_and_faces_count() {
    check(
        "pl",
        &[
            ("Lubię tę linię", "Nie lubię tej linii"),
            ("Obsługa jest bardzo dobra", "Obsługa jest dobra"),
            ("Lot był zły", "Lot był bardzo zły"),
            (
                "Jedzenie było okropne, ale obsługa świetna",
                "Obsługa świetna, ale jedzenie było okropne",
            ),
            ("mój lot 😍", "mój lot 😡"),
        ],
    );
}

#[test]
fn swedish_negation_boosters_contrast_and_faces_count() {
    check(
        "sv",
        &[
            ("Servicen är bra", "Servicen är inte bra"),
            ("Servicen är mycket bra", "Servicen är bra"),
            ("Resan var dålig", "Resan var mycket dålig"),
            ("Maten var hemsk, men servicen underbar", "Servicen underbar, men maten var hemsk"),
            ("min resa 😍", "min resa 😡"),
        ],
    );
}

#[test]
fn indonesian_negation_boosters_contrast_and_faces_count() {
    check(
        "id",
        &[
            ("Pelayanannya bagus", "Pelayanannya tidak bagus"),
            ("Pelayanannya sangat bagus", "Pelayanannya bagus"),
            ("Makanannya buruk", "Makanannya sangat buruk"),
            (
                "Makanannya buruk, tapi pelayanannya bagus",
                "Pelayanannya bagus, tapi makanannya buruk",
            ),
            ("penerbangan saya 😍", "penerbangan saya 😡"),
        ],
    );
}

#[test]
fn ukrainian_negation_boosters_contrast_and_faces_count() {
    check(
        "uk",
        &[
            ("Мені подобається цей рейс", "Мені не подобається цей рейс"),
            ("Дуже добрий сервіс", "Добрий сервіс"),
            ("Поганий рейс", "Дуже поганий рейс"),
            ("Їжа жахлива, але сервіс чудовий", "Сервіс чудовий, але їжа жахлива"),
            ("мій рейс 😍", "мій рейс 😡"),
        ],
    );
}

#[test]
fn turkish_negation_boosters_contrast_and_faces_count() {
    check(
        "tr",
        &[
            ("Hizmet iyi", "Hizmet iyi değil"),
            ("Hizmet çok iyi", "Hizmet iyi"),
            ("Yemek kötü", "Yemek çok kötü"),
            ("Yemek kötü ama hizmet harika", "Hizmet harika ama yemek kötü"),
            ("uçuşum 😍", "uçuşum 😡"),
        ],
    );
}
