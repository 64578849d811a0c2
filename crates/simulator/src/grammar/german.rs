//! What is said in German.

use super::Grammar;

pub(crate) static GERMAN: Grammar = Grammar {
    code: "de",
    positive: &[
        "{t} bei {b} war {i} {g}",
        "{w} {b} ausprobiert, ehrlich gesagt {g}",
        "damit hätte ich nicht gerechnet: {b} hat mir den Tag gerettet",
        "bei {b} gar nicht schlecht, {t} ist {g}",
    ],
    negative: &[
        "{b} ist {i} {x}",
        "{t} bei {b} war {w} {x}",
        "nie wieder {b}. {t} ist {x}",
        "ich wollte {b} mögen, aber {t} ist nicht {g}, sondern {x}",
        "wieder ein verlorener Tag, danke {b}",
    ],
    neutral: &[
        "{w} mit {b}",
        "{w} die neue Werbung von {b} gesehen",
        "{b} ändert {t} ab nächstem Monat",
        "meine Schwester wohnt neben dem Büro von {b}",
    ],
    question: &[
        "{b} wie kann ich meine Buchung online ändern?",
        "weiß jemand, ob {b} {w} erreichbar ist?",
        "hallo {b}, wann geht es mit {t} weiter?",
        "geht bei {b} bei euch auch nichts?",
    ],
    complaint: &[
        "{b} ich warte seit drei Stunden und niemand meldet sich. {x}",
        "{b} ihr habt zweimal abgebucht und {t} geht immer noch nicht",
        "immer noch keine Erstattung von {b}, {i} {x}",
        "{b} warum ist {t} jedes Mal {x}?",
    ],
    suggestion: &[
        "{b} sollte {t} in die App aufnehmen",
        "es wäre schön, wenn {b} vorher Bescheid gäbe",
        "Idee für {b}: alles im Voraus bezahlen können",
    ],
    compliment: &[
        "danke {b}, {t} war {i} {g}",
        "vielen Dank an das Team von {b}, {w} {g} geholfen",
        "Kompliment {b}, {t} wird immer besser",
    ],
    versus: &[
        "{b} ist {g}, {r} ist {x}",
        "von {r} zu {b} gewechselt, ich gehe nicht zurück",
        "ich liebe {b} und hasse {r}",
    ],
    chatter: &[
        "was für ein Spiel {w}",
        "es regnet seit Sonntag ohne Pause",
        "{w} Linsensuppe gekocht, {i} {g}",
        "wer kann auch nicht schlafen?",
        "endlich das Buch fertig, das Ende ist {x}",
        "erst Kaffee, dann der Rest",
        "neues Lied in Dauerschleife, {i} {g}",
    ],
    replies: &[
        "geht mir genauso",
        "sehe ich auch so",
        "kann ich nicht bestätigen",
        "da musste ich lachen",
        "das tut mir leid, das ist {x}",
        "hast du schon angerufen?",
    ],
    care: &[
        "das tut uns leid. Bitte schick uns deine Buchungsnummer als Direktnachricht.",
        "danke für den Hinweis, wir sehen uns das gleich an.",
    ],
    news: &[
        "{b} meldet Rekordquartal",
        "{b} nach Beschwerden unter Druck",
        "Neue Regeln: Was sich für {b} und die Kundschaft ändert",
    ],
    things: [
        &["der Flug", "das Einsteigen", "mein Sitzplatz", "der Schalter", "die Crew"],
        &["das Netz", "meine Rechnung", "der Router", "der Tarif", "die Hotline"],
    ],
    good: &["großartig", "super", "toll", "hervorragend", "wunderbar"],
    bad: &["eine Katastrophe", "furchtbar", "schrecklich", "unverschämt", "mies"],
    intense: &["wirklich", "sehr", "echt", "so", "total"],
    when: &["heute", "heute früh", "gestern Abend", "gestern", "am Montag"],
    openers: &["also", "puh", "ehrlich,", "na ja,", "wow,"],
    bios: &["Tee, Züge und lange Wege", "meine Meinung, heute", "wegen Fußball hier"],
    names: &["Stiller Hafen", "Papiermond", "Blaue Tasse", "Alter Kompass"],
};
