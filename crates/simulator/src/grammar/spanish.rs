//! What is said in Spanish.

use super::Grammar;

pub(crate) static SPANISH: Grammar = Grammar {
    code: "es",
    positive: &[
        "{t} con {b} ha sido {i} {g}",
        "hoy probé {b} y la verdad es que {t} fue {g}",
        "no me lo esperaba, pero {b} me alegró el día",
        "con {b} todo {g} {w}, nada mal",
    ],
    negative: &[
        "{b} es {i} {x}",
        "{t} con {b} fue {x} {w}",
        "nunca más {b}. {t} es {x}",
        "quería confiar en {b}, pero {t} no es {g}, es {x}",
        "otro día perdido gracias a {b}",
    ],
    neutral: &[
        "usando {b} {w}",
        "vi el anuncio nuevo de {b} {w}",
        "{b} cambia {t} a partir del próximo mes",
        "mi hermana vive al lado de la oficina de {b}",
    ],
    question: &[
        "{b} ¿cómo puedo cambiar mi reserva por internet?",
        "¿alguien sabe si {b} atiende {w}?",
        "hola {b}, ¿cuándo vuelve {t}?",
        "¿a alguien más le falla {t} de {b}?",
    ],
    complaint: &[
        "{b} llevo tres horas esperando y nadie contesta. Es {x}",
        "{b} me habéis cobrado dos veces y {t} sigue sin funcionar",
        "sigo sin el reembolso de {b}, {i} {x}",
        "{b} ¿por qué {t} siempre es {x}?",
    ],
    suggestion: &[
        "{b} debería incluir {t} en la aplicación",
        "estaría bien que {b} avisara antes de cambiar {t}",
        "idea para {b}: poder pagar {t} por adelantado",
    ],
    compliment: &[
        "gracias {b}, {t} fue {i} {g}",
        "mil gracias al equipo de {b}, {g} {w}",
        "enhorabuena {b}, {t} mejora cada día",
    ],
    versus: &[
        "{b} es {g}, {r} es {x}",
        "me cambié de {r} a {b} y no vuelvo",
        "adoro {b} y odio {r}",
    ],
    chatter: &[
        "menudo partido {w}",
        "no para de llover desde el domingo",
        "hice lentejas {w} y quedaron de lujo",
        "¿quién más no puede dormir?",
        "por fin terminé ese libro, el final es {x}",
        "primero café y después lo demás",
        "canción nueva en bucle, {i} {g}",
    ],
    replies: &[
        "a mí también me pasa",
        "totalmente de acuerdo",
        "pues a mí no me ha pasado",
        "qué risa",
        "lo siento mucho, eso es {x}",
        "¿has probado a llamar?",
    ],
    care: &[
        "lo sentimos mucho. Envíanos tu código por mensaje directo, por favor.",
        "gracias por avisarnos, lo estamos revisando ahora mismo.",
    ],
    news: &[
        "{b} cierra un trimestre récord gracias a {t}",
        "{b}, bajo presión por las quejas sobre {t}",
        "Qué cambia para {b} y sus clientes con las nuevas normas",
    ],
    things: [
        &["el vuelo", "el embarque", "mi asiento", "el mostrador", "el equipaje"],
        &["el servicio", "el contrato", "el router", "el móvil", "el teléfono de ayuda"],
    ],
    good: &["genial", "excelente", "estupendo", "maravilloso", "fantástico"],
    bad: &["un desastre", "horrible", "una vergüenza", "pésimo", "terrible"],
    intense: &["muy", "realmente", "súper", "totalmente"],
    when: &["hoy", "esta mañana", "anoche", "ayer", "el lunes"],
    openers: &["bueno", "uf", "la verdad,", "vaya,", "a ver,"],
    bios: &["café, libros y poco más", "opino demasiado", "aquí por el fútbol"],
    names: &["Faro del Norte", "Luna de Papel", "Taza Azul", "Brújula Vieja"],
};
