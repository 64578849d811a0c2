//! What is said in French.

use super::Grammar;

pub(crate) static FRENCH: Grammar = Grammar {
    code: "fr",
    positive: &[
        "{t} avec {b}, c'était {i} {g}",
        "testé {b} {w} et franchement c'est {g}",
        "je ne m'y attendais pas, mais {b} a sauvé ma journée",
        "rien à redire sur {b}, {t} c'est {g}",
    ],
    negative: &[
        "{b} c'est {i} {x}",
        "{t} avec {b}, c'était {x} {w}",
        "plus jamais {b}. {t}, c'est {x}",
        "je voulais aimer {b} mais {t} ce n'est pas {g}, c'est {x}",
        "encore une journée perdue, merci {b}",
    ],
    neutral: &[
        "avec {b} {w}",
        "vu la nouvelle publicité de {b} {w}",
        "{b} change {t} dès le mois prochain",
        "ma sœur habite à côté du siège de {b}",
    ],
    question: &[
        "{b} comment modifier ma réservation en ligne ?",
        "quelqu'un sait si {b} répond {w} ?",
        "bonjour {b}, quand revient {t} ?",
        "est-ce que {t} chez {b} est en panne pour vous aussi ?",
    ],
    complaint: &[
        "{b} j'attends depuis trois heures et personne ne répond, c'est {x}",
        "{b} vous m'avez débité deux fois et {t} ne marche toujours pas",
        "toujours pas de remboursement de {b}, {i} {x}",
        "{b} pourquoi {t} c'est toujours {x} ?",
    ],
    suggestion: &[
        "{b} devrait ajouter {t} dans l'application",
        "ce serait bien que {b} prévienne avant de changer {t}",
        "une idée pour {b} : pouvoir payer {t} à l'avance",
    ],
    compliment: &[
        "merci {b}, {t} c'était {i} {g}",
        "un grand merci à l'équipe de {b}, {g} {w}",
        "bravo {b}, {t} s'améliore chaque jour",
    ],
    versus: &[
        "{b} c'est {g}, {r} c'est {x}",
        "passé de {r} à {b}, je ne reviendrai pas",
        "j'adore {b}, je déteste {r}",
    ],
    chatter: &[
        "quel match {w}",
        "il pleut sans arrêt depuis dimanche",
        "soupe de lentilles {w}, {i} {g}",
        "qui d'autre n'arrive pas à dormir ?",
        "fini ce livre, la fin est {x}",
        "d'abord un café, ensuite le reste",
        "nouvelle chanson en boucle, {i} {g}",
    ],
    replies: &[
        "pareil pour moi",
        "tout à fait d'accord",
        "pas du tout mon expérience",
        "ça m'a fait rire",
        "désolé pour toi, c'est {x}",
        "tu as essayé de les appeler ?",
    ],
    care: &[
        "nous sommes désolés. Envoyez-nous votre référence en message privé, s'il vous plaît.",
        "merci de nous avoir prévenus, nous regardons tout de suite.",
    ],
    news: &[
        "{b} signe un trimestre record grâce à {t}",
        "{b} sous pression après des plaintes sur {t}",
        "Nouvelles règles : ce qui change pour {b} et ses clients",
    ],
    things: [
        &["le vol", "l'embarquement", "mon siège", "le comptoir", "l'équipage"],
        &["le réseau", "ma facture", "la box", "le forfait", "l'assistance"],
    ],
    good: &["génial", "excellent", "super", "magnifique", "parfait"],
    bad: &["une catastrophe", "nul", "horrible", "une honte", "lamentable"],
    intense: &["vraiment", "très", "franchement", "tellement"],
    when: &["aujourd'hui", "ce matin", "hier soir", "hier", "lundi"],
    openers: &["bon", "pff", "franchement,", "alors,", "eh bien"],
    bios: &["thé, trains et longues balades", "mes avis changent souvent", "ici pour le foot"],
    names: &["Phare du Nord", "Lune de Papier", "Tasse Bleue", "Vieille Boussole"],
};
