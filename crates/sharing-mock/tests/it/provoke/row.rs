//! One row: what it proves, in which world, after which requests, by which request.

/// A request.
#[derive(Clone, Copy)]
pub(crate) struct Ask {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) body: &'static str,
    pub(crate) headers: &'static [(&'static str, &'static str)],
}

impl Ask {
    /// The body; `[2001]` stands for a text of so many characters.
    pub(crate) fn body(&self) -> String {
        self.body.replace("[2001]", &"é".repeat(2001))
    }
}

/// Whose token a request has.
#[derive(Clone, Copy)]
pub(crate) enum Who {
    /// Whoever the world's `me` is.
    Anybody,
    Nobody,
    Bearer(&'static str),
    /// An application in its own name, by its id and its secret.
    Application(&'static str, &'static str),
    /// The same, for another service than Graph.
    Elsewhere(&'static str, &'static str),
    /// The same as an application's, two hours later.
    Late(&'static str, &'static str),
    /// The console's, which speaks for the sample tenant's Nadia, whoever is in this world.
    Nadia,
}

pub(crate) struct Row {
    pub(crate) proves: &'static str,
    pub(crate) ask: Ask,
    /// What is otherwise in the sample tenant: where, as a JSON pointer, and what.
    pub(crate) world: &'static [(&'static str, &'static str)],
    pub(crate) before: &'static [Ask],
    pub(crate) who: Who,
    /// Whether the login's own tokens alone are taken.
    pub(crate) strict: bool,
}

pub(crate) const fn ask(method: &'static str, path: &'static str, body: &'static str) -> Ask {
    Ask { method, path, body, headers: &[] }
}

pub(crate) const fn row(
    proves: &'static str,
    method: &'static str,
    path: &'static str,
    body: &'static str,
) -> Row {
    Row { proves, ask: ask(method, path, body), world: &[], before: &[], who: Who::Anybody, strict: false }
}

impl Row {
    pub(crate) const fn with(mut self, headers: &'static [(&'static str, &'static str)]) -> Self {
        self.ask.headers = headers;
        self
    }

    pub(crate) const fn world(self, world: &'static [(&'static str, &'static str)]) -> Self {
        Self { world, ..self }
    }

    pub(crate) const fn after(self, before: &'static [Ask]) -> Self {
        Self { before, ..self }
    }

    pub(crate) const fn who(self, who: Who) -> Self {
        Self { who, ..self }
    }

    pub(crate) const fn strict(self) -> Self {
        Self { strict: true, ..self }
    }

    /// The rule's name alone.
    pub(crate) fn rule(&self) -> &'static str {
        let name = self.proves.rsplit_once(": ").map_or(self.proves, |(_, rule)| rule);
        name.rsplit_once(' ').filter(|(_, nth)| nth.parse::<u32>().is_ok()).map_or(name, |(rule, _)| rule)
    }

    /// The row as the page shows it.
    pub(crate) fn shown(&self) -> String {
        let Ask { method, path, body, headers } = self.ask;
        let mut shown = format!("`{method} {path}`");
        for (name, value) in headers {
            shown += &format!("<br>`{name}: {value}`");
        }
        if !body.is_empty() {
            shown += &format!(
                "<br>`{}`",
                body.replace('|', "\\|").split_whitespace().collect::<Vec<_>>().join(" ")
            );
        }
        for ask in self.before {
            shown += &format!("<br>after `{} {}`", ask.method, ask.path);
            if !ask.body.is_empty() {
                shown += &format!(" `{}`", ask.body);
            }
        }
        for (pointer, value) in self.world {
            shown += &format!("<br>in a world where `{pointer}` is `{value}`");
        }
        shown += match self.who {
            Who::Anybody => "",
            Who::Nobody => "<br>without a token",
            Who::Bearer(_) => "<br>with a token that is none of the login's",
            Who::Application(..) => "<br>with an application's own token",
            Who::Elsewhere(..) => "<br>with a token for another service",
            Who::Late(..) => "<br>with a token that has expired",
            Who::Nadia => "<br>with a token of Nadia's",
        };
        if self.strict {
            shown += "<br>under `--auth strict`";
        }
        shown
    }
}
