//! What leads into a deployment: source, build, register, and then the UpdateService call.

use super::lifecycle::api_words;
use super::time::Span;
use std::fmt;

api_words! {
    /// The stages of a pipeline before the deployment itself.
    PipelineStage {
        /// The commit is fetched.
        Source = "source",
        /// The image is built, tested and pushed.
        Build = "build",
        /// The task definition revision is registered.
        Register = "register",
    }
}

/// A pipeline whose last act is a `deploy`: it runs before that moment and ends with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pipeline {
    /// `sourceSeconds`: fetching the commit.
    pub source: Span,
    /// `buildSeconds`: building, testing and pushing the image.
    pub build: Span,
    /// `registerSeconds`: registering the task definition revision.
    pub register: Span,
    /// `failsAt`: the stage at whose end the pipeline fails; nothing is deployed then.
    pub fails_at: Option<PipelineStage>,
}

impl Pipeline {
    /// How long a stage takes.
    pub const fn span(&self, stage: PipelineStage) -> Span {
        match stage {
            PipelineStage::Source => self.source,
            PipelineStage::Build => self.build,
            PipelineStage::Register => self.register,
        }
    }
}
