/// What the commands run against a shop to see whether it keeps its word.
///
/// A drill is a client like any other: it speaks to the shop through its HTTP API, keeps books of its own, and
/// in the end compares them with what the shop says.
@NullMarked
package holdfast.drill;

import org.jspecify.annotations.NullMarked;
