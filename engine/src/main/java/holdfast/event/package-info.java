/// What happened, told once per fact, in the transaction that made it happen.
///
/// Events are dotted and in the past tense: `hold.created`, `order.placed`, `order.paid`.
@NullMarked
package holdfast.event;

import org.jspecify.annotations.NullMarked;
