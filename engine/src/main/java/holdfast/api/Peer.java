package holdfast.api;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/// Who is at the other end of the connection.
///
/// @param isNear whether that is somebody on this machine or in its private network, and no proxy that speaks
///     for others
record Peer(boolean isNear) {

    private static final List<HeaderName> FORWARDED = List.of(
            HeaderNames.X_FORWARDED_FOR, HeaderNames.FORWARDED, HeaderNames.VIA, HeaderNames.create("X-Real-IP"));

    static Peer of(ServerRequest request) {
        return new Peer(FORWARDED.stream().noneMatch(request.headers()::contains)
                && request.remotePeer().address() instanceof InetSocketAddress socket
                && isPrivate(socket.getAddress()));
    }

    static boolean isPrivate(InetAddress address) {
        return address.isLoopbackAddress()
                || address.isSiteLocalAddress()
                || address.isLinkLocalAddress()
                || (address instanceof Inet6Address six && (six.getAddress()[0] & 0xfe) == 0xfc); // fc00::/7
    }
}
