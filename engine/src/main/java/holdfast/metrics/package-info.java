/// The page of `/metrics`, for Prometheus and all that read its text format.
///
/// The modules count for themselves, in a [holdfast.kernel.Tally] or a [holdfast.kernel.Timing], and know
/// nothing of this one; it reads what they have counted, and asks the database for what is there right now.
@NullMarked
package holdfast.metrics;

import org.jspecify.annotations.NullMarked;
