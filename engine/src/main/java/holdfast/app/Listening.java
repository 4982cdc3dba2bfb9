package holdfast.app;

import holdfast.db.CannotStart;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;

/// Addresses and ports that a server listens at.
final class Listening {

    private Listening() {}

    /// Looked at before anything is started: most of all, this is what is in the way.
    static void refuseIfTaken(String bind, int port, String option) {
        InetSocketAddress address;
        try {
            address = new InetSocketAddress(InetAddress.getByName(bind), port);
        } catch (UnknownHostException e) {
            throw new CannotStart("HOLDFAST_BIND is \"" + bind + "\", and no such address is known", e);
        }
        try (var probe = new ServerSocket()) {
            probe.bind(address);
        } catch (IOException e) {
            throw new CannotStart(
                    "Cannot listen on port " + port + " of " + bind + " (" + e.getMessage()
                            + "): is another Holdfast running? Choose another port with " + option,
                    e);
        }
    }

    /// Where a server answers that listens there, as seen from this machine.
    static URI address(String bind, int port) {
        boolean everywhere = bind.equals("0.0.0.0") || bind.equals("::");
        String host = everywhere ? "127.0.0.1" : bind;
        return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
    }
}
