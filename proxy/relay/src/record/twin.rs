//! `standin record --twin`: the client's command twice, so that what differs is known to be no part of an answer's
//! meaning.

use std::cell::RefCell;
use std::sync::Arc;

use standin_compare::{Known, Varying, correlate, correlate_twins};
use standin_tape::Recording;

use super::{Beginning, End, RecordError, RecordOptions};
use crate::{Keep, Report, edges};

/// How many differences without a variable are told.
const TOLD: usize = 8;

/// Runs the command twice and saves the recording of the first run, its variables found by the second.
pub async fn record_twins(options: RecordOptions) -> Result<Report, RecordError> {
    let first = Beginning::new(&options, None).await?;
    let end = first.run(&options, Arc::clone(&first.relay)).await?;
    let known = first.known(&options);
    if end.code != 0 || first.is_troubled() || options.keep == Keep::Nothing {
        return Ok(first.finish(&options, end, &|recording| {
            Ok(edges::with_edges(correlate(recording, &known)?.recording))
        }));
    }
    let second = Beginning::new(&options, Some(&first.relay.region)).await?;
    second.relay.log.share_marks(&first.relay.log);
    let again = second.run(&options, Arc::clone(&second.relay)).await?;
    let second = match twin(second, &options, &again) {
        Ok(recording) => recording,
        Err(report) => return Ok(report),
    };
    let varying = RefCell::new(Varying::default());
    let mut report = first.finish(&options, end, &|recording| {
        let found = correlate_twins(&recording, &second, &known)?;
        *varying.borrow_mut() = found.varying;
        Ok(edges::with_edges(found.recording))
    });
    report.lines.extend(told(&varying.into_inner()));
    Ok(report)
}

/// The recording of the second run, or why there is none.
fn twin(second: Beginning, options: &RecordOptions, end: &End) -> Result<Recording, Report> {
    let troubles = second.relay.log.troubles();
    let mut report = Report { code: end.code, lines: troubles.warnings };
    report.lines.extend(troubles.problems.iter().cloned());
    if end.code != 0 {
        let line =
            format!("the command ended with {} the second time: nothing was written", end.code);
        report.lines.push(line);
        return Err(report);
    }
    if !troubles.problems.is_empty() {
        return Err(report.found(&"the second run is not whole: nothing was written"));
    }
    let relay = Arc::clone(&second.relay);
    let about = second.about(options);
    relay.log.recording(about, &options.exceptions).map_err(|reasons| {
        report.lines.extend(reasons);
        report.found(&"nothing was written")
    })
}

/// What differed between the runs and no variable stands for.
fn told(varying: &Varying) -> Vec<String> {
    let mut lines: Vec<String> = varying.missing.iter().take(TOLD).cloned().collect();
    if varying.missing.len() > TOLD {
        lines.push(format!("{} more places differ", varying.missing.len() - TOLD));
    }
    lines
}

impl Beginning {
    /// What is known of the run beside what passed.
    pub(crate) fn known(&self, options: &RecordOptions) -> Known {
        Known { account: options.guards.account.clone(), times: self.relay.log.times() }
    }

    fn is_troubled(&self) -> bool {
        !self.relay.log.troubles().problems.is_empty()
    }
}
