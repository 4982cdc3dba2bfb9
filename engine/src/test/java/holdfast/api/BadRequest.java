package holdfast.api;

import java.util.List;
import java.util.Set;

/// A request that must be refused, and how.
///
/// @param what is wrong with it, for people: `setCartItem: quantity = 2147483648`
/// @param target path and query, as they are sent
/// @param contentType empty: none is sent
/// @param keys the `Idempotency-Key` headers
/// @param status what it must be answered with
/// @param code of the problem
/// @param fields of which one, or something below it, must be named; empty: no field is to blame
/// @param fieldCodes which the error of that field may have; empty: any
record BadRequest(
        String what,
        String method,
        String target,
        String contentType,
        List<String> keys,
        byte[] body,
        int status,
        String code,
        Set<String> fields,
        Set<String> fieldCodes) {}
