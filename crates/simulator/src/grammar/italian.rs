//! What is said in Italian.

use super::Grammar;

pub(crate) static ITALIAN: Grammar = Grammar {
    code: "it",
    positive: &[
        "{t} con {b} è stato {i} {g}",
        "{w} ho provato {b} e sinceramente è stato {g}",
        "non me lo aspettavo, ma {b} mi ha salvato la giornata",
        "con {b} tutto {g} {w}, niente male",
    ],
    negative: &[
        "{b} è {i} {x}",
        "{t} con {b} è stato {x} {w}",
        "mai più {b}. {t} è {x}",
        "volevo fidarmi di {b}, ma {t} non è {g}, è {x}",
        "un altro giorno perso, grazie {b}",
    ],
    neutral: &[
        "con {b} {w}",
        "{w} ho visto la nuova pubblicità di {b}",
        "{b} cambia {t} dal mese prossimo",
        "mia sorella abita vicino alla sede di {b}",
    ],
    question: &[
        "{b} come posso cambiare la prenotazione?",
        "qualcuno sa se {b} risponde {w}?",
        "ciao {b}, quando torna {t}?",
        "anche a voi {t} di {b} non va?",
    ],
    complaint: &[
        "{b} aspetto da tre ore e nessuno risponde, è {x}",
        "{b} mi avete addebitato due volte e {t} ancora non funziona",
        "ancora nessun rimborso da {b}, {i} {x}",
        "{b} perché {t} è sempre {x}?",
    ],
    suggestion: &[
        "{b} dovrebbe mettere {t} nell'app",
        "sarebbe bello se {b} avvisasse prima di cambiare {t}",
        "un'idea per {b}: pagare {t} in anticipo",
    ],
    compliment: &[
        "grazie {b}, {t} è stato {i} {g}",
        "mille grazie alla squadra di {b}, {g} {w}",
        "complimenti {b}, {t} migliora ogni giorno",
    ],
    versus: &[
        "{b} è {g}, {r} è {x}",
        "passato da {r} a {b}, non torno indietro",
        "amo {b}, odio {r}",
    ],
    chatter: &[
        "che partita {w}",
        "piove senza sosta da domenica",
        "zuppa di lenticchie {w}, {i} {g}",
        "chi altro non riesce a dormire?",
        "finito il libro, il finale è {x}",
        "prima il caffè, poi il resto",
        "canzone nuova in continuazione, {i} {g}",
    ],
    replies: &[
        "anche per me",
        "sono d'accordo",
        "a me non è successo",
        "mi hai fatto ridere",
        "mi dispiace, è {x}",
        "hai provato a chiamare?",
    ],
    care: &[
        "ci dispiace molto. Inviaci il codice in un messaggio privato, per favore.",
        "grazie della segnalazione, stiamo controllando.",
    ],
    news: &[
        "{b} chiude un trimestre record grazie a {t}",
        "{b} sotto pressione dopo le proteste per {t}",
        "Nuove regole: che cosa cambia per {b} e i suoi clienti",
    ],
    things: [
        &["il volo", "l'imbarco", "il mio posto", "il banco", "il bagaglio"],
        &["il segnale", "il contratto", "il modem", "il servizio", "il numero verde"],
    ],
    good: &["ottimo", "eccellente", "meraviglioso", "fantastico", "perfetto"],
    bad: &["un disastro", "orribile", "una vergogna", "pessimo", "terribile"],
    intense: &["davvero", "molto", "veramente", "proprio"],
    when: &["oggi", "stamattina", "ieri sera", "ieri", "lunedì"],
    openers: &["allora", "uffa,", "sinceramente,", "beh,", "senti,"],
    bios: &["caffè, libri e treni", "cambio spesso idea", "qui per il calcio"],
    names: &["Faro del Nord", "Luna di Carta", "Tazza Blu", "Vecchia Bussola"],
};
