//! What clients send and receive.

use fastrs::prelude::*;

/// The measurements of a penguin.
#[model]
#[derive(Debug, Clone, PartialEq)]
pub struct Penguin {
    /// The length of the bill, in millimeters.
    #[field(ge = 25, le = 70, examples = [39.1])]
    pub bill_length_mm: f32,
    /// The depth of the bill, in millimeters.
    #[field(ge = 10, le = 25, examples = [18.7])]
    pub bill_depth_mm: f32,
    /// The length of a flipper, in millimeters.
    #[field(ge = 150, le = 260, examples = [181.0])]
    pub flipper_length_mm: f32,
    /// The mass of the body, in grams.
    #[field(ge = 2000, le = 7500, examples = [3750.0])]
    pub body_mass_g: f32,
}

/// A species of penguin.
#[model]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Species {
    Adelie,
    Chinstrap,
    Gentoo,
}

/// The probability of each species. Their sum is 1.
#[model]
#[derive(Debug, Clone, PartialEq)]
pub struct Probabilities {
    #[field(ge = 0, le = 1)]
    pub adelie: f32,
    #[field(ge = 0, le = 1)]
    pub chinstrap: f32,
    #[field(ge = 0, le = 1)]
    pub gentoo: f32,
}

impl Probabilities {
    /// Returns the most probable species.
    pub fn species(&self) -> Species {
        let all = [
            (self.adelie, Species::Adelie),
            (self.chinstrap, Species::Chinstrap),
            (self.gentoo, Species::Gentoo),
        ];
        let most = all.into_iter().max_by(|a, b| a.0.total_cmp(&b.0));
        most.map_or(Species::Adelie, |(_, species)| species)
    }
}

/// What the model says about one penguin.
#[model]
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// The most probable species.
    pub species: Species,
    pub probabilities: Probabilities,
    /// The version of the model.
    pub model_version: String,
}

/// What the model says about several penguins, in their order.
#[model]
#[derive(Debug, Clone, PartialEq)]
pub struct Predictions {
    pub predictions: Vec<Prediction>,
    /// The version of the model.
    pub model_version: String,
}

/// The model.
#[model]
#[derive(Debug, Clone, PartialEq)]
pub struct ModelInfo {
    pub name: String,
    pub version: String,
    /// What it reads, in the order of its input.
    pub features: Vec<String>,
    /// What it distinguishes, in the order of its output.
    pub classes: Vec<String>,
    /// The share of penguins that it got right after its training, out of those that it had not seen.
    #[field(ge = 0, le = 1)]
    pub accuracy: f64,
}
