/// Traces: what was done for one checkout, when, for how long and by whom, told to a collector that speaks
/// OpenTelemetry's protocol. Off unless somebody names a collector.
///
/// A checkout's trace has the checkout's id, so whoever goes on with it, minutes later or on another server,
/// knows the trace without having been told.
@NullMarked
package holdfast.trace;

import org.jspecify.annotations.NullMarked;
