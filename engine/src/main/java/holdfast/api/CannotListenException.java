package holdfast.api;

import java.net.SocketAddress;

/// The server cannot listen where it was told to: the port is taken, or not ours to take. The message is a
/// sentence for the operator.
public final class CannotListenException extends RuntimeException {

    private static final long serialVersionUID = 1;

    CannotListenException(SocketAddress address, String reason) {
        super("Cannot listen on " + address.toString().replaceFirst("^.*/", "") + ": " + reason);
    }
}
