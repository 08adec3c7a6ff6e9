//! The operations.

use fastrs::{BatchError, Batcher, prelude::*};

use crate::model::{Model, classifier, model};
use crate::schemas::{ModelInfo, Penguin, Prediction, Predictions, Probabilities};

/// Returns all routes.
pub fn router() -> Router {
    Router::new("").routes(routes![predict, predict_batch, read_model])
}

/// Predict the species of a penguin.
///
/// Requests that arrive at the same time are predicted together.
#[post("/predict", tags = ["predictions"])]
async fn predict(
    penguin: Penguin,
    #[depends(classifier)] classifier: &Batcher<Penguin, Probabilities>,
    #[depends(model)] model: &Model,
) -> Result<Prediction, BatchError> {
    let probabilities = classifier.call(penguin).await?;
    Ok(prediction(probabilities, model))
}

/// Predict the species of several penguins.
#[post("/predict/batch", tags = ["predictions"])]
async fn predict_batch(
    #[body(embed, min_items = 1, max_items = 256)] penguins: Vec<Penguin>,
    #[depends(classifier)] classifier: &Batcher<Penguin, Probabilities>,
    #[depends(model)] model: &Model,
) -> Result<Predictions, BatchError> {
    let all = classifier.call_all(penguins).await?;
    Ok(Predictions {
        predictions: all.into_iter().map(|it| prediction(it, model)).collect(),
        model_version: model.info().version.clone(),
    })
}

fn prediction(probabilities: Probabilities, model: &Model) -> Prediction {
    Prediction {
        species: probabilities.species(),
        probabilities,
        model_version: model.info().version.clone(),
    }
}

/// Read what the model is.
#[get("/model", tags = ["model"])]
async fn read_model(#[depends(model)] model: &Model) -> ModelInfo {
    model.info().clone()
}
