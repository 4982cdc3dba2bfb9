@NullMarked
package holdfast.idempotency;

import org.jspecify.annotations.NullMarked;
