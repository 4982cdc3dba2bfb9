/// The HTTP API: who may call what ([Routes]), how a request is read, how an answer is written, how the shop
/// says no.
///
/// A request is authenticated, checked for permission, size and type, parsed strictly, searched for card
/// numbers and validated with all its bad fields at once, in this order, before anything is done or stored.
@NullMarked
package holdfast.api;

import org.jspecify.annotations.NullMarked;
