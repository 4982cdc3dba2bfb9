/// The words every module speaks: money, quantities, ids, and the catalogue of refusals.
///
/// Depends on nothing, holds no state, reads no clock.
@NullMarked
package holdfast.kernel;

import org.jspecify.annotations.NullMarked;
