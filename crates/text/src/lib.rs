//! Text judgement: tokens, language, sentiment, intent, noise, fingerprints and places; pure.
