//! Sources, checkpoints and HTTP push: how a mention enters.
