//! `vigie query`: what a query means, and what one of another suite becomes.

mod explain;
mod translate;

use crate::exit::Outcome;

/// What `vigie query` takes.
#[derive(Debug, clap::Args)]
#[command(
    about = "Explains queries, and translates those of other suites",
    after_help = "Examples:\n  vigie query explain '(delta OR @delta) -kind:repost'\n  \
                  vigie query translate --from x '(delta OR @delta) -is:retweet'"
)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Prints a query's canonical text, its version, what every match holds and what it depends on
    #[command(after_help = "Examples:\n  vigie query explain '\"delta air lines\" lang:en'\n  \
                            vigie query explain --config vigie.toml 'delta followers:>=1000'\n  \
                            vigie query explain --json '@delta -is:repost' | jq .version")]
    Explain(explain::Arguments),
    /// Prints what a query of another suite becomes, and what of it has no counterpart
    #[command(after_help = "Examples:\n  vigie query translate --from brandwatch 'delta NEAR/5 \
                            (late OR lost) AND country:usa'\n  \
                            vigie query translate --from x --json 'from:delta has:media'\n\n\
                            Ends with 1 where a part was left out: what is printed is a query then, \
                            but another one.")]
    Translate(translate::Arguments),
}

impl Arguments {
    /// Runs the subcommand.
    ///
    /// # Errors
    /// When the query is wrong or standard output cannot be written.
    pub fn run(self) -> Outcome {
        match self.command {
            Command::Explain(arguments) => arguments.run(),
            Command::Translate(arguments) => arguments.run(),
        }
    }
}
