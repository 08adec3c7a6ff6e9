//! An app as a tower `Service`.

use super::{App, AppService, StartError};

impl App {
    /// Builds the app and makes its app-scoped values. What yields among them ends with the last clone of the service.
    ///
    /// # Errors
    ///
    /// All mistakes of the wiring, or the first app-scoped dependency that fails.
    pub async fn into_service(self) -> Result<AppService, StartError> {
        let (service, closers) = self.start().await?;
        Ok(service.holding(closers))
    }
}
