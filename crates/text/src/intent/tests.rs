//! Intents by sentence, in English and in the other languages of the cues.

use super::*;
use crate::SentimentModel;

fn intents(text: &str) -> Vec<Intent> {
    let tokens = Tokens::of(text);
    let language = Language::new("en", Confidence::clamped(1.0));
    let sentiment = SentimentModel::new().sentiment(&tokens, &language);
    IntentModel::new().intents(&tokens, &language, sentiment.as_ref())
}

#[test]
fn each_kind_is_found_with_its_cue() {
    for (text, kind, cue) in [
        ("@delta how do I change my seat", IntentKind::Question, "how do I"),
        ("is this bag allowed?", IntentKind::Question, "?"),
        ("Two hours on hold.", IntentKind::Criticism, "on hold"),
        ("It would be great if you had wifi", IntentKind::Suggestion, "would be great if"),
        ("Thank you for the upgrade", IntentKind::Compliment, "Thank you"),
        ("I want to buy the new phone", IntentKind::Purchase, "want to buy"),
        ("That's it, switching to @b", IntentKind::Switch, "switching to"),
    ] {
        let found = intents(text);
        let cues: Vec<_> = found.iter().map(|intent| (intent.kind, intent.cue.as_str())).collect();
        assert!(cues.contains(&(kind, cue)), "{text}: {cues:?}");
    }
}

#[test]
fn several_hold_in_reply_order() {
    let kinds: Vec<_> = intents("Terrible service. Why is my bag late? I'm switching to @b")
        .into_iter()
        .map(|intent| intent.kind)
        .collect();
    assert_eq!(kinds, [IntentKind::Question, IntentKind::Criticism, IntentKind::Switch]);
}

#[test]
fn nothing_known_is_other() {
    assert_eq!(intents("The train leaves at ten."), [other()]);
    assert_eq!(intents("see https://example.org/?a=b"), [other()]);
}

#[test]
fn thanks_for_bad_things_are_no_compliment() {
    let found = intents("Thanks for losing my bag, worst airline");
    assert!(found.iter().all(|intent| intent.kind != IntentKind::Compliment), "{found:?}");
}

/// The kinds that the cues of a language find, without sentiment.
fn kinds(code: &str, text: &str) -> Vec<IntentKind> {
    let language = Language::new(code, Confidence::clamped(1.0));
    let found = IntentModel::new().intents(&Tokens::of(text), &language, None);
    found.into_iter().map(|intent| intent.kind).collect()
}

#[test]
fn questions_and_criticism_are_found_in_many_languages() {
    for (code, question, criticism) in [
        ("es", "Cómo cambio mi asiento", "La aplicación no funciona"),
        ("fr", "Comment changer mon billet", "Votre site ne marche plus"),
        ("de", "Wie kann ich umbuchen", "Die App funktioniert nicht"),
        ("pt", "Como faço para trocar a senha", "O aplicativo não funciona"),
        ("it", "Come posso cambiare volo", "Il sito non funziona"),
        ("nl", "Hoe kan ik mijn stoel wijzigen", "De app werkt niet"),
        ("pl", "Jak zmienić hasło", "Aplikacja nie działa"),
        ("ru", "Как сменить пароль", "Приложение не работает"),
        ("uk", "Як змінити пароль", "Застосунок не працює"),
        ("tr", "Bilet iade edilir mi", "Uygulama çalışmıyor"),
        ("ar", "كيف أغير كلمة السر", "التطبيق لا يعمل"),
        ("id", "Bagaimana cara ganti kursi", "Aplikasi tidak bisa dibuka"),
        ("ms", "Macam mana nak tukar tempat", "Aplikasi tak berfungsi"),
        ("vi", "Cho hỏi giá vé", "Ứng dụng bị lỗi"),
        ("hi", "टिकट कैसे बदलें", "ऐप काम नहीं कर रहा"),
        ("bn", "টিকিট কিভাবে বদলাব", "অ্যাপ কাজ করছে না"),
        ("ur", "ٹکٹ کیسے بدلیں", "ایپ کام نہیں کر رہی"),
        ("fa", "چطور رمز را عوض کنم", "برنامه کار نمیکنه"),
        ("ja", "席は変更できますか", "アプリが動かない"),
        ("ko", "자리 변경 가능할까요", "서비스가 최악입니다"),
        ("zh", "可以换座位吗", "手机坏了，没人理"),
        ("th", "มีของไหมคะ", "แอปใช้งานไม่ได้"),
        ("sv", "Hur byter jag plats", "Appen fungerar inte"),
        ("fi", "Miten vaihdan salasanan", "Sovellus ei toimi"),
        ("ro", "Cum schimb parola", "Aplicația nu funcționează"),
        ("cs", "Jak změním heslo", "Aplikace nefunguje"),
        ("el", "Πώς αλλάζω θέση", "Η εφαρμογή δεν λειτουργεί"),
        ("hu", "Hogyan cserélek helyet", "Az alkalmazás nem működik"),
        ("he", "איך מחליפים סיסמה", "האפליקציה לא עובדת"),
        ("tl", "Paano magpalit ng password", "Ayaw gumana ng app"),
    ] {
        assert_eq!(kinds(code, question), [IntentKind::Question], "{code}: {question}");
        assert_eq!(kinds(code, criticism), [IntentKind::Criticism], "{code}: {criticism}");
    }
}

#[test]
fn plain_news_has_no_intent_in_any_language() {
    for (code, text) in [
        ("es", "El tren sale a las diez"),
        ("fr", "Le train part à dix heures"),
        ("de", "Der Zug fährt um zehn"),
        ("ru", "Поезд отправляется в десять"),
        ("ja", "電車は十時に出ます"),
        ("zh", "火车十点出发"),
        ("th", "รถไฟออกสิบโมง"),
        ("ko", "기차는 열 시에 출발합니다"),
    ] {
        assert_eq!(kinds(code, text), [IntentKind::Other], "{code}: {text}");
    }
}

#[test]
fn wishes_thanks_and_leaving_are_found_outside_of_english() {
    for (code, text, kind) in [
        ("es", "Deberían agregar más vuelos", IntentKind::Suggestion),
        ("fr", "Ce serait bien de pouvoir payer en ligne", IntentKind::Suggestion),
        ("de", "Vielen Dank für den Sitzplatz", IntentKind::Compliment),
        ("pt", "Quero comprar o telefone novo", IntentKind::Purchase),
        ("it", "Cambio operatore domani", IntentKind::Switch),
        ("ja", "機能を追加してほしい", IntentKind::Suggestion),
        ("zh", "我想买这个手机", IntentKind::Purchase),
        ("th", "ขอบคุณ", IntentKind::Compliment),
        ("ru", "Перехожу на другой банк", IntentKind::Switch),
    ] {
        assert!(kinds(code, text).contains(&kind), "{code}: {text}");
    }
}
