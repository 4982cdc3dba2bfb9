/// The gateway to the sandbox provider, within this process.
@NullMarked
package holdfast.payment.sandbox;

import org.jspecify.annotations.NullMarked;
