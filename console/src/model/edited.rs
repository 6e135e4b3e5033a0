//! A form that was made from what was stored then: only what was changed in it is changed, so that it
//! takes nothing back that a colleague has changed meanwhile.

use inbox_protocol::Refusal;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// A form, and what it was made from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edited<T> {
    /// What it says now.
    pub form: T,
    /// What it said before anybody typed.
    pub was: T,
    /// What a colleague has changed meanwhile is replaced, because whoever saves was told of it.
    pub insists: bool,
}

impl<T> Edited<T> {
    /// A form that nobody was told anything about yet.
    #[must_use]
    pub fn new(form: T, was: T) -> Self {
        Self { form, was, insists: false }
    }
}

impl<T: Clone + Serialize + DeserializeOwned> Edited<T> {
    /// The same, of a form whose fields are each a work of their own.
    ///
    /// # Errors
    ///
    /// [`Refusal::Changed`] if a colleague has set a field otherwise that is changed here too.
    pub fn unless_changed(&self, stored: &T) -> Result<T, Refusal> {
        let values = [&self.was, &self.form, stored].map(tree_of);
        if let [Ok(was), Ok(form), Ok(stored)] = values
            && !self.insists
            && clash(&was, &form, &stored)
        {
            return Err(Refusal::Changed);
        }
        Ok(self.onto(stored))
    }

    /// What is to be stored in the place of what is stored now.
    #[must_use]
    pub fn onto(&self, stored: &T) -> T {
        let values = [&self.was, &self.form, stored].map(tree_of);
        let [Ok(was), Ok(form), Ok(stored)] = values else { return self.form.clone() };
        let merged = merge(&was, form, stored);
        serde_json::from_str(&merged.to_string()).unwrap_or_else(|_| self.form.clone())
    }
}

/// What a form is as JSON. By way of the text: how forms become text and are read from it is in the app in
/// any case, how they become a tree and are read from one would be there for this alone.
fn tree_of<T: Serialize>(form: &T) -> serde_json::Result<Value> {
    serde_json::from_str(&serde_json::to_string(form)?)
}

/// Objects are merged field by field; of anything else the form counts if it changed it.
fn merge(was: &Value, form: Value, stored: Value) -> Value {
    match (was, form, stored) {
        (Value::Object(was), Value::Object(mut form), Value::Object(mut stored)) => {
            let names: std::collections::BTreeSet<String> =
                form.keys().chain(was.keys()).cloned().collect();
            for name in names {
                let before = was.get(&name).unwrap_or(&Value::Null);
                let mine = form.remove(&name).unwrap_or(Value::Null);
                let theirs = stored.remove(&name).unwrap_or(Value::Null);
                let merged = merge(before, mine, theirs);
                if !merged.is_null() {
                    stored.insert(name, merged);
                }
            }
            Value::Object(stored)
        }
        (was, form, stored) => {
            if *was == form {
                stored
            } else {
                form
            }
        }
    }
}

/// Whether a field was changed in both to something else.
fn clash(was: &Value, form: &Value, stored: &Value) -> bool {
    match (was, form, stored) {
        (Value::Object(was), Value::Object(form), Value::Object(stored)) => {
            let of = |it: &serde_json::Map<String, Value>, name: &str| {
                it.get(name).cloned().unwrap_or(Value::Null)
            };
            let mut names = form.keys().chain(was.keys()).chain(stored.keys());
            names.any(|it| clash(&of(was, it), &of(form, it), &of(stored, it)))
        }
        _ => was != form && was != stored && form != stored,
    }
}

#[cfg(test)]
mod tests {
    use inbox_protocol::http::SiteForm;
    use inbox_types::{OfficeHours, OpeningHours, SiteSettings, WorkspaceSettings};

    use super::*;

    /// Each switch of the workspace by itself, changed by a colleague while another one is changed here.
    #[test]
    fn a_form_takes_nothing_back_that_a_colleague_changed() {
        let was = WorkspaceSettings::default();
        let all = serde_json::to_value(&was).unwrap();
        let switches: Vec<String> = all["roles"]
            .as_object()
            .unwrap()
            .keys()
            .filter(|it| all["roles"][it].is_boolean())
            .cloned()
            .collect();
        assert!(6 < switches.len());
        let with = |name: &str| -> WorkspaceSettings {
            let mut changed = all.clone();
            let on = changed["roles"][name].as_bool().unwrap();
            changed["roles"][name] = Value::Bool(!on);
            serde_json::from_value(changed).unwrap()
        };
        for theirs in &switches {
            let stored = with(theirs);
            let touched = WorkspaceSettings { capacity: 9, ..was.clone() };
            let merged = Edited::new(touched, was.clone()).onto(&stored);
            assert_eq!(merged, WorkspaceSettings { capacity: 9, ..stored.clone() }, "{theirs}");
            for mine in switches.iter().filter(|it| *it != theirs) {
                let merged = Edited::new(with(mine), was.clone()).onto(&stored);
                let merged = serde_json::to_value(merged).unwrap();
                for changed in [mine, theirs] {
                    assert_ne!(merged["roles"][changed], all["roles"][changed], "{mine}, {theirs}");
                }
            }
            // Whoever saves the same last has the last word.
            assert_eq!(Edited::new(was.clone(), stored.clone()).onto(&stored), was);
        }
    }

    #[test]
    fn a_sites_form_keeps_a_mask_and_says_what_was_emptied() {
        let settings = SiteSettings::default();
        let was = SiteForm {
            name: "Shop".to_owned().try_into().unwrap(),
            origins: vec!["https://a.example".to_owned().try_into().unwrap()],
            department: Some("sales".parse().unwrap()),
            settings: settings.clone(),
            webhook_url: Some("https://b.example".to_owned().try_into().unwrap()),
            webhook_answers: false,
        };
        let masked = SiteSettings { mask_sensitive: true, ..settings };
        let stored = SiteForm { settings: masked, ..was.clone() };
        let form = SiteForm { department: None, webhook_url: None, ..was.clone() };
        let merged = Edited::new(form, was).onto(&stored);
        assert_eq!(merged, SiteForm { department: None, webhook_url: None, ..stored });
    }

    #[test]
    fn what_both_changed_is_refused_once_and_nothing_of_it_is_lost() {
        let was = OpeningHours::default();
        let monday = |until| OpeningHours {
            week: vec![OfficeHours { weekday: 1, from: 480, until }],
            ..was.clone()
        };
        let zone =
            OpeningHours { time_zone: "Asia/Tokyo".to_owned().try_into().unwrap(), ..was.clone() };
        let mine = |form: &OpeningHours| Edited::new(form.clone(), was.clone());
        // Whatever a colleague changed beside is kept, and the same is no clash.
        let both = mine(&monday(960)).unless_changed(&zone).unwrap();
        assert_eq!(both, OpeningHours { time_zone: zone.time_zone.clone(), ..monday(960) });
        assert_eq!(mine(&monday(960)).unless_changed(&monday(960)), Ok(monday(960)));
        assert_eq!(mine(&was).unless_changed(&monday(960)), Ok(monday(960)));
        let both = mine(&monday(960));
        assert_eq!(both.unless_changed(&monday(1_020)), Err(Refusal::Changed));
        let insists = Edited { insists: true, ..both };
        assert_eq!(insists.unless_changed(&monday(1_020)), Ok(monday(960)));
    }
}
