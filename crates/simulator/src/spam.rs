//! Advertising rubbish and the words of a lone repeater: few templates, pasted again and again.
//! Slots as in the grammars; `{n}` is a number.

use crate::grammar::Lines;

/// Templates that name a brand, and templates that name none.
pub(crate) struct Pasted {
    pub(crate) branded: Lines,
    pub(crate) plain: Lines,
}

/// Giveaways: act now, follow, repost.
pub(crate) const GIVEAWAYS: Pasted = Pasted {
    branded: &[
        "🎁 WIN a FREE {b} voucher worth ${n}!!! Follow + repost + tag 3 friends 👉 \
         https://win-now.example/{n} #giveaway #free #win #prize #lucky",
        "{b} GIVEAWAY 🔥🔥 first {n} people only! like, follow, repost 👉 \
         https://win-now.example/go{n} #free #win",
    ],
    plain: &[
        "CONGRATS!!! You can claim ${n} today, just follow us and repost \
         https://free-prize.example/{n} #giveaway #freebies #contest",
        "💰💰 free {n} followers for everyone who reposts this 💰💰 \
         https://boost.example/{n} #follow",
    ],
};

/// Link farms: many tags, one link or many.
pub(crate) const LINK_FARMS: Pasted = Pasted {
    branded: &[
        "best price {b} cheap tickets discount code https://deals{n}.example/?ref={n} #cheap #deal \
         #discount #sale #offer #travel #flights #save",
        "{b} promo code {n} https://codes{n}.example https://codes{n}.example/2 \
         https://codes{n}.example/3 #promo #code",
    ],
    plain: &[
        "top {n} loans no credit check https://fast-cash.example/{n} #loan #cash #money #finance \
         #rich #crypto",
        "lose weight fast {n} tricks https://slim{n}.example #diet #fit #health #slim #beauty #love",
    ],
};

/// What one account says again and again.
pub(crate) const FLOODS: Pasted = Pasted {
    branded: &[
        "{b} stole my money!!! they are criminals, read the proof https://proof.example/case{n}",
        "everybody must know: {b} stole my money. SHARE THIS https://proof.example/case{n}",
        "{b} is the worst company ever, boycott now! case {n}",
    ],
    plain: &["they stole my money!!! case {n}"],
};
