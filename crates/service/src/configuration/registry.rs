//! `[registry]`: where schemas have their ids.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{ConfigurationError, secret};

/// Where schemas have their ids.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistryConfiguration {
    /// The root of the registry's Confluent API, without the path of a call.
    pub url: String,
    /// The user, where the registry asks for one.
    pub user: Option<String>,
    /// The file that holds the user's password, and a line end at most.
    pub password_file: Option<PathBuf>,
    /// Whom we trust, as PEM; the system's authorities where it is left out.
    pub authority_file: Option<PathBuf>,
}

impl RegistryConfiguration {
    /// The registry at this address, in the clear and without a user.
    pub const fn plain(url: String) -> Self {
        Self { url, user: None, password_file: None, authority_file: None }
    }

    /// Whether the settings go together.
    pub(crate) fn check(&self) -> Result<(), String> {
        let is_encrypted = self.url.starts_with("https://");
        if !is_encrypted && !self.url.starts_with("http://") {
            return Err("registry.url begins with http:// or https://".into());
        }
        if self.user.is_some() != self.password_file.is_some() {
            return Err("registry.user and registry.password_file go together".into());
        }
        if self.authority_file.is_some() && !is_encrypted {
            return Err("registry.authority_file goes with an https registry.url".into());
        }
        Ok(())
    }

    /// User and password; reads the file of the password.
    pub(crate) fn credentials(&self) -> Result<Option<(&str, String)>, ConfigurationError> {
        match (&self.user, &self.password_file) {
            (Some(user), Some(file)) => Ok(Some((user, secret(file)?))),
            _ => Ok(None),
        }
    }

    /// Takes files that are not absolute as standing beside the configuration.
    pub(super) fn beside(&mut self, directory: &Path) {
        for file in self.password_file.iter_mut().chain(&mut self.authority_file) {
            *file = directory.join(&*file);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Configuration;

    fn refusal(registry: &str) -> String {
        match Configuration::parse("vigie.toml", &format!("[registry]\n{registry}")) {
            Ok(_) => String::new(),
            Err(error) => error.to_string(),
        }
    }

    /// The documented file.
    const DOCUMENT: &str = include_str!("../../../../deploy/vigie.toml");

    #[test]
    fn the_documented_file_can_be_used_and_shows_keys_that_there_are() {
        Configuration::parse("deploy/vigie.toml", DOCUMENT).expect("the file as it is");
        let (_, table) = DOCUMENT.split_once("# [registry]\n").expect("the table is shown");
        let keys = table.lines().filter_map(|line| line.strip_prefix("# "));
        let keys: Vec<&str> = keys.filter(|line| line.contains(" = ")).collect();
        assert_eq!(keys.len(), 4);
        assert_eq!(refusal(&keys.join("\n")), "");
    }

    #[test]
    fn settings_that_do_not_go_together_are_refused_by_name() {
        assert_eq!(refusal("url = \"http://localhost:8081\""), "");
        let secured = "url = \"https://r\"\nuser = \"v\"\npassword_file = \"p\"\n";
        assert_eq!(refusal(&format!("{secured}authority_file = \"a.pem\"")), "");
        assert!(refusal("url = \"localhost:8081\"").contains("begins with http://"));
        assert!(refusal("url = \"http://r\"\nuser = \"v\"").contains("go together"));
        let authority = "url = \"http://r\"\nauthority_file = \"a.pem\"";
        assert!(refusal(authority).contains("goes with an https"));
    }
}
