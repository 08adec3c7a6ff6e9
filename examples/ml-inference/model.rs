//! The model: how it is loaded, and how it is run.

use std::{fs, path::Path, sync::Arc, time::Duration};

use fastrs::{BatchError, Batcher, Metrics, prelude::*};
use tract_onnx::prelude::*;

use crate::config::Settings;
use crate::schemas::{ModelInfo, Penguin, Probabilities};

/// The model that the program contains.
const PENGUINS: &[u8] = include_bytes!("penguins/penguins.onnx");

/// The input and the output of the model, in their order.
const FEATURES: [&str; 4] = [
    "bill_length_mm",
    "bill_depth_mm",
    "flipper_length_mm",
    "body_mass_g",
];
const CLASSES: [&str; 3] = ["adelie", "chinstrap", "gentoo"];

/// A penguin that every model knows.
const TYPICAL: Penguin = Penguin {
    bill_length_mm: 39.1,
    bill_depth_mm: 18.7,
    flipper_length_mm: 181.0,
    body_mass_g: 3750.0,
};

/// A model that is ready to run. A clone is the same model.
#[derive(Clone)]
pub struct Model {
    info: Arc<ModelInfo>,
    plan: Arc<TypedRunnableModel>,
}

impl Model {
    /// Loads a model, and checks that it fits this program.
    pub fn load(onnx: &[u8]) -> Result<Self> {
        let proto = tract_onnx::onnx().proto_model_for_read(&mut &*onnx)?;
        let property = |key: &str| {
            let mut all = proto.metadata_props.iter();
            let found = all.find(|property| property.key == key);
            found
                .map(|property| property.value.clone())
                .ok_or(format!("the model has no {key}"))
        };
        let list = |key: &str| -> Result<Vec<String>, String> {
            Ok(property(key)?.split(',').map(str::to_owned).collect())
        };
        let info = ModelInfo {
            name: proto
                .graph
                .as_ref()
                .map_or(String::new(), |graph| graph.name.clone()),
            version: property("version")?,
            features: list("features")?,
            classes: list("classes")?,
            accuracy: property("accuracy")?.parse()?,
        };
        if info.features != FEATURES || info.classes != CLASSES {
            return Err(format!("the model has another input or output: {info:?}").into());
        }
        let model = tract_onnx::onnx().model_for_proto_model(&proto)?;
        let batch = model.sym("batch");
        let plan = model
            .with_input_fact(
                0,
                f32::fact(&[batch.to_dim(), FEATURES.len().to_dim()]).into(),
            )?
            .into_optimized()?
            .into_runnable()?;
        Ok(Self {
            info: Arc::new(info),
            plan,
        })
    }

    /// Returns what the model is.
    pub fn info(&self) -> &ModelInfo {
        &self.info
    }

    /// Returns the probabilities for each penguin.
    pub fn predict(&self, penguins: &[Penguin]) -> Result<Vec<Probabilities>> {
        let features = penguins.iter().flat_map(|it| {
            [
                it.bill_length_mm,
                it.bill_depth_mm,
                it.flipper_length_mm,
                it.body_mass_g,
            ]
        });
        let features: Vec<f32> = features.collect();
        let input = Tensor::from_shape(&[penguins.len(), FEATURES.len()], &features)?;
        let outputs = self.plan.run(tvec![input.into_tvalue()])?;
        let output = outputs.first().ok_or("the model has no output")?;
        let (rows, rest) = output.try_as_plain_ram()?.as_slice::<f32>()?.as_chunks();
        if !rest.is_empty() {
            return Err("the model has an output of another shape".into());
        }
        let row = |&[adelie, chinstrap, gentoo]: &[f32; 3]| Probabilities {
            adelie,
            chinstrap,
            gentoo,
        };
        Ok(rows.iter().map(row).collect())
    }
}

/// The metrics, which the app provides.
#[dependency(scope = "app")]
pub async fn metrics() -> Metrics;

/// The model, loaded once.
#[dependency(scope = "app")]
pub async fn model(#[depends(Settings)] settings: &Settings) -> Result<Model> {
    match &settings.model {
        None => Model::load(PENGUINS),
        Some(path) => Model::load(&read(path)?),
    }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    Ok(fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?)
}

/// Runs the model for the penguins of all requests, on a thread of its own.
#[dependency(scope = "app")]
pub async fn classifier(
    #[depends(model)] model: &Model,
    #[depends(Settings)] settings: &Settings,
    #[depends(metrics)] metrics: &Metrics,
) -> Result<Batcher<Penguin, Probabilities>, BatchError> {
    let model = model.clone();
    let classifier = Batcher::new(move |penguins: Vec<Penguin>| model.predict(&penguins))
        .max_batch(settings.max_batch)
        .max_delay(Duration::from_millis(settings.max_delay_ms))
        .metrics(metrics, "penguins");
    // The first run is slower, and a model that cannot run must not be served.
    classifier.call(TYPICAL).await?;
    Ok(classifier)
}
