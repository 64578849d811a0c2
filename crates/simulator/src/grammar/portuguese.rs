//! What is said in Portuguese.

use super::Grammar;

pub(crate) static PORTUGUESE: Grammar = Grammar {
    code: "pt",
    positive: &[
        "{t} com {b} foi {i} {g}",
        "usei {b} {w} e sinceramente foi {g}",
        "não esperava, mas {b} salvou o meu dia",
        "com {b} tudo {g} {w}, nada mal",
    ],
    negative: &[
        "{b} é {i} {x}",
        "{t} com {b} foi {x} {w}",
        "nunca mais {b}. {t} é {x}",
        "queria gostar de {b}, mas {t} não é {g}, é {x}",
        "mais um dia perdido, obrigado {b}",
    ],
    neutral: &[
        "usando {b} {w}",
        "vi o novo comercial de {b} {w}",
        "{b} muda {t} a partir do mês que vem",
        "minha irmã mora ao lado do escritório de {b}",
    ],
    question: &[
        "{b} como faço para mudar a minha reserva?",
        "alguém sabe se {b} atende {w}?",
        "oi {b}, quando volta {t}?",
        "{t} de {b} caiu para vocês também?",
    ],
    complaint: &[
        "{b} estou esperando há três horas e ninguém responde. Isso é {x}",
        "{b} vocês cobraram duas vezes e {t} continua sem funcionar",
        "ainda sem o reembolso de {b}, {i} {x}",
        "{b} por que {t} é sempre {x}?",
    ],
    suggestion: &[
        "{b} deveria colocar {t} no aplicativo",
        "seria bom se {b} avisasse antes de mudar {t}",
        "ideia para {b}: poder pagar {t} com antecedência",
    ],
    compliment: &[
        "obrigado {b}, {t} foi {i} {g}",
        "muito obrigada à equipe de {b}, {g} {w}",
        "parabéns {b}, {t} melhora a cada dia",
    ],
    versus: &["{b} é {g}, {r} é {x}", "troquei {r} por {b} e não volto", "amo {b} e odeio {r}"],
    chatter: &[
        "que jogo {w}",
        "não para de chover desde domingo",
        "fiz sopa {w} e ficou {i} {g}",
        "quem mais não consegue dormir?",
        "terminei o livro, o final é {x}",
        "primeiro café, depois o resto",
        "música nova sem parar, {i} {g}",
    ],
    replies: &[
        "comigo também",
        "concordo totalmente",
        "comigo não foi assim",
        "ri muito",
        "sinto muito, isso é {x}",
        "você já tentou ligar?",
    ],
    care: &[
        "sentimos muito. Envie o seu código por mensagem direta, por favor.",
        "obrigado por avisar, estamos verificando agora mesmo.",
    ],
    news: &[
        "{b} tem trimestre recorde com {t}",
        "{b} sob pressão após reclamações sobre {t}",
        "O que muda para {b} e seus clientes com as novas regras",
    ],
    things: [
        &["o voo", "o embarque", "o meu assento", "o balcão", "o atendimento"],
        &["o sinal", "o plano", "o roteador", "o suporte", "o contrato"],
    ],
    good: &["ótimo", "excelente", "maravilhoso", "fantástico", "incrível"],
    bad: &["um desastre", "horrível", "uma vergonha", "péssimo", "terrível"],
    intense: &["muito", "realmente", "super", "totalmente"],
    when: &["hoje", "hoje cedo", "ontem à noite", "ontem", "na segunda"],
    openers: &["bom", "poxa,", "sinceramente,", "nossa,", "olha,"],
    bios: &["café, livros e praia", "minhas opiniões mudam", "aqui pelo futebol"],
    names: &["Farol do Norte", "Lua de Papel", "Xícara Azul", "Bússola Velha"],
};
