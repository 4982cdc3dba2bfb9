package holdfast.api;

import holdfast.admission.TrustedProxies;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who is at the other end of the connection.
///
/// @param origin a name for where the request comes from; null where that cannot be known
/// @param isNear whether that is somebody on this machine or in its private network, and no proxy that speaks
///     for others
record Peer(@Nullable String origin, boolean isNear) {

    private static final List<HeaderName> FORWARDED = List.of(
            HeaderNames.X_FORWARDED_FOR, HeaderNames.FORWARDED, HeaderNames.VIA, HeaderNames.create("X-Real-IP"));

    static Peer of(ServerRequest request, TrustedProxies proxies) {
        if (!(request.remotePeer().address() instanceof InetSocketAddress socket)) return new Peer(null, false);
        return new Peer(
                proxies.origin(socket.getAddress(), request.headers().all(HeaderNames.X_FORWARDED_FOR, List::of)),
                FORWARDED.stream().noneMatch(request.headers()::contains)
                        && TrustedProxies.isPrivate(socket.getAddress()));
    }
}
