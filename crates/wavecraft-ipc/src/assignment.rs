//! Parameters as people set them on a command line: `drive=12`, `low_cut_slope=24`, `mix=50%`.

use std::str::FromStr;

use crate::error::HostError;
use crate::host::ParameterHost;
use crate::parameter::{ParameterInfo, ParameterKind};
use crate::value::NormalizedValue;

/// How alike two ids must be for one to be suggested for the other, from 0 to 1.
const SUGGESTION_LIKENESS: f64 = 0.7;

/// A parameter's id and the text of the value that it is to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The parameter's id.
    pub id: String,
    /// The value, as one would type it into the parameter's field.
    pub text: String,
}

impl FromStr for Assignment {
    type Err = AssignmentError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('=') {
            Some((id, value)) if !id.trim().is_empty() => {
                Ok(Self { id: id.trim().to_owned(), text: value.trim().to_owned() })
            }
            _ => Err(AssignmentError::NotAnAssignment(text.to_owned())),
        }
    }
}

impl Assignment {
    /// The value that it means to the parameter of that id. It is not set.
    ///
    /// # Errors
    ///
    /// Any [`AssignmentError`] but [`NotAnAssignment`](AssignmentError::NotAnAssignment).
    pub fn value(&self, host: &dyn ParameterHost) -> Result<NormalizedValue, AssignmentError> {
        let Self { id, text } = self;
        host.parse_parameter(id, text).map_err(|error| match error {
            HostError::NoSuchParameter { .. } => unknown_id(&host.current_parameters(), id),
            HostError::NotAValue { .. } | HostError::BeyondRange { .. } => {
                let parameters = host.current_parameters();
                let parameter = parameters.iter().find(|parameter| parameter.id == *id);
                AssignmentError::InvalidValue {
                    id: id.clone(),
                    text: text.clone(),
                    accepted: parameter.map_or_else(String::new, |parameter| accepted(host, parameter)),
                }
            }
            other => AssignmentError::Host(other),
        })
    }
}

/// Why a parameter was not set.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AssignmentError {
    /// The text is not of the form `id=value`.
    #[error("\"{0}\" is not of the form id=value")]
    NotAnAssignment(String),
    /// The plugin has no parameter of this id.
    #[error("there is no parameter \"{id}\"{suggestion}; there are: {known}")]
    UnknownId {
        /// The id.
        id: String,
        /// A hint, or nothing.
        suggestion: String,
        /// The ids that exist.
        known: String,
    },
    /// The value means nothing to the parameter, or lies beyond its range.
    #[error("{id} cannot be \"{text}\"; it is {accepted}")]
    InvalidValue {
        /// The parameter's id.
        id: String,
        /// The value.
        text: String,
        /// What the parameter accepts, in words.
        accepted: String,
    },
    /// The host or the plugin failed.
    #[error(transparent)]
    Host(HostError),
}

fn unknown_id(parameters: &[ParameterInfo], id: &str) -> AssignmentError {
    let likeness = |known: &ParameterInfo| strsim::jaro_winkler(&known.id, &id.to_lowercase());
    let nearest = parameters
        .iter()
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
        .filter(|nearest| likeness(nearest) >= SUGGESTION_LIKENESS);
    let known: Vec<&str> = parameters.iter().map(|parameter| parameter.id.as_str()).collect();
    AssignmentError::UnknownId {
        id: id.to_owned(),
        suggestion: nearest.map_or_else(String::new, |nearest| format!(" (did you mean {}?)", nearest.id)),
        known: known.join(", "),
    }
}

/// What a parameter accepts, in words.
pub fn accepted(host: &dyn ParameterHost, parameter: &ParameterInfo) -> String {
    let text = |value| host.format_parameter(&parameter.id, value).unwrap_or_default();
    let (lowest, highest) = (NormalizedValue::ZERO, NormalizedValue::ONE);
    match (parameter.kind, &parameter.variants) {
        (ParameterKind::Enum, Some(variants)) => format!("one of {}", variants.join(", ")),
        (ParameterKind::Bool, _) => format!("{} or {}", text(lowest), text(highest)),
        _ => format!("{} to {}", text(lowest), text(highest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory_host::InMemoryParameterHost;
    use crate::plugin::{HostKind, PluginInfo};

    fn host() -> InMemoryParameterHost {
        let info = PluginInfo::new("Strip", "Tests", "1.0.0", HostKind::DevServer);
        let drive = ParameterInfo {
            unit: Some("dB".to_owned()),
            min: Some(0.0),
            max: Some(36.0),
            ..ParameterInfo::new("drive", "Drive", ParameterKind::Float, NormalizedValue::ZERO)
        };
        let bypass = ParameterInfo::new("bypass", "Bypass", ParameterKind::Bool, NormalizedValue::ZERO);
        InMemoryParameterHost::new(info, vec![drive, bypass]).unwrap()
    }

    fn value(text: &str) -> Result<f32, String> {
        let assigned = text.parse().and_then(|assignment: Assignment| assignment.value(&host()));
        assigned.map(NormalizedValue::get).map_err(|error| error.to_string())
    }

    #[test]
    fn what_a_parameter_takes_is_its_value() {
        assert_eq!(value(" drive = 9 dB "), Ok(0.25));
        assert_eq!(value("bypass=on"), Ok(1.0));
    }

    #[test]
    fn mistakes_name_what_would_be_right() {
        assert_eq!(value("=3").unwrap_err(), "\"=3\" is not of the form id=value");
        let unknown = value("drvie=3").unwrap_err();
        assert_eq!(
            unknown,
            "there is no parameter \"drvie\" (did you mean drive?); there are: drive, bypass"
        );
        for text in ["loud", "40"] {
            let refused = value(&format!("drive={text}")).unwrap_err();
            assert!(refused.starts_with(&format!("drive cannot be \"{text}\"; it is 0")), "{refused}");
        }
        assert_eq!(value("bypass=").unwrap_err(), "bypass cannot be \"\"; it is Off or On");
    }
}
