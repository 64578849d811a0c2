//! The canonical form of a web address: what two links to the same page have in common.
//!
//! Guarantees: tracking parameters, fragment, default port and upper-case letters of the host are
//! gone; everything else is kept in its order. Refuses: to guess; what is no address of the web has
//! no canonical form.

use std::borrow::Cow;

use url::Url;

/// Query parameters that only say how the reader came to the page.
const TRACKING_PARAMETERS: [&str; 34] = [
    "__hsfp",
    "__hssc",
    "__hstc",
    "_ga",
    "_gl",
    "_hsenc",
    "_hsmi",
    "cmpid",
    "dclid",
    "fb_action_ids",
    "fb_action_types",
    "fbclid",
    "gbraid",
    "gclid",
    "gclsrc",
    "igsh",
    "igshid",
    "li_fat_id",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "msclkid",
    "ocid",
    "oly_anon_id",
    "oly_enc_id",
    "ref_src",
    "ref_url",
    "s_kwcid",
    "ttclid",
    "twclid",
    "vero_id",
    "wbraid",
    "wickedid",
    "yclid",
];

/// What the names of campaign parameters begin with.
const TRACKING_PREFIX: &str = "utm_";

/// The canonical form of an `http` or `https` address; none for any other text.
pub fn canonicalise_url(text: &str) -> Option<String> {
    let mut url = Url::parse(text).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    url.set_fragment(None);
    match url.query().map(strip_tracking) {
        None | Some(Cow::Borrowed(_)) if url.query() != Some("") => {}
        Some(Cow::Owned(query)) if !query.is_empty() => url.set_query(Some(&query)),
        _ => url.set_query(None),
    }
    Some(url.into())
}

/// The query without tracking parameters; borrowed where it holds none.
fn strip_tracking(query: &str) -> Cow<'_, str> {
    if !query.split('&').any(is_tracking) {
        return Cow::Borrowed(query);
    }
    let kept: Vec<&str> = query.split('&').filter(|pair| !is_tracking(pair)).collect();
    Cow::Owned(kept.join("&"))
}

fn is_tracking(pair: &str) -> bool {
    let name = pair.split_once('=').map_or(pair, |(name, _)| name);
    let has_prefix = name
        .get(..TRACKING_PREFIX.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(TRACKING_PREFIX));
    has_prefix || TRACKING_PARAMETERS.iter().any(|known| known.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_loses_what_does_not_tell_pages_apart() {
        let cases = [
            ("HTTP://Example.COM:80/A?b=1#c", Some("http://example.com/A?b=1")),
            ("https://a.org/?utm_source=x&UTM_Medium=y&id=3&fbclid=z", Some("https://a.org/?id=3")),
            ("https://a.org/p?gclid=1", Some("https://a.org/p")),
            ("https://a.org/p?", Some("https://a.org/p")),
            ("https://a.org:8443/p?q=a%26b", Some("https://a.org:8443/p?q=a%26b")),
            ("https://a.org", Some("https://a.org/")),
            ("https://a.org/?é&utm", Some("https://a.org/?%C3%A9&utm")),
            ("at://did:plc:a/app.bsky.feed.post/1", None),
            ("not an address", None),
        ];
        for (text, expected) in cases {
            assert_eq!(canonicalise_url(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn the_canonical_form_is_its_own_canonical_form() {
        let once = canonicalise_url("https://A.org:443/x?utm_id=1&b#d").expect("of the web");
        assert_eq!(canonicalise_url(&once), Some(once.clone()));
    }
}
