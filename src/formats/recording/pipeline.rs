//! `pipeline` of a `deploy`: what leads into it.

use super::measures::STEP;
use crate::formats::reader::{Kind, Object, Reader};
use crate::model::*;

/// Reads `pipeline`; `None` where the deployment has none.
pub(crate) fn read(reader: &mut Reader, deploy: &Object<'_>) -> Option<Pipeline> {
    const PIPELINE: &[(&str, Kind)] = &[
        ("sourceSeconds", Kind::Read),
        ("buildSeconds", Kind::Read),
        ("registerSeconds", Kind::Read),
        ("failsAt", Kind::Read),
    ];
    let object = reader.object(deploy, "pipeline", PIPELINE);
    let mut seconds =
        |key: &str, usual: u64| reader.seconds(&object, key, STEP).unwrap_or(Span::from_secs(usual));
    let (source, build, register) =
        (seconds("sourceSeconds", 5), seconds("buildSeconds", 120), seconds("registerSeconds", 3));
    let fails_at = reader.word(&object, "failsAt", PipelineStage::ALL, PipelineStage::api_name);
    object.is_present().then_some(Pipeline { source, build, register, fails_at })
}
