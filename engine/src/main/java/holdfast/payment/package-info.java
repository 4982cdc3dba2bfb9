/// Money: the port to the payment gateways, the attempts to pay, and what becomes of them.
///
/// Money moves by the verbs authorize, capture, void and refund. No database connection is held while a
/// gateway is asked, and no money is asked for that was not written down first.
@NullMarked
package holdfast.payment;

import org.jspecify.annotations.NullMarked;
