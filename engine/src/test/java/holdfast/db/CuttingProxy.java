package holdfast.db;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicReference;

/// Stands between the driver and PostgreSQL, and cuts a connection at a moment of the test's choice.
final class CuttingProxy implements AutoCloseable {

    /// Where the next thing that is said gets lost, and the connection with it.
    enum Cut {
        NOWHERE,
        ON_THE_WAY_TO_THE_SERVER,
        ON_THE_WAY_BACK
    }

    private final ServerSocket entrance;
    private final int serverPort;
    private final AtomicReference<Cut> next = new AtomicReference<>(Cut.NOWHERE);

    CuttingProxy(int serverPort) {
        this.serverPort = serverPort;
        try {
            this.entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.startVirtualThread(this::accept);
    }

    int port() {
        return entrance.getLocalPort();
    }

    /// What is said next in this direction is lost.
    void cut(Cut where) {
        next.set(where);
    }

    private void accept() {
        try {
            while (true) {
                Socket driver = entrance.accept();
                var server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
                Thread.startVirtualThread(() -> pump(driver, server, Cut.ON_THE_WAY_TO_THE_SERVER));
                Thread.startVirtualThread(() -> pump(server, driver, Cut.ON_THE_WAY_BACK));
            }
        } catch (IOException e) {
            // The entrance was closed.
        }
    }

    private void pump(Socket from, Socket to, Cut direction) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            var bytes = new byte[8192];
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                if (next.compareAndSet(direction, Cut.NOWHERE)) return;
                out.write(bytes, 0, read);
            }
        } catch (IOException e) {
            // The other direction was cut.
        }
    }

    @Override
    public void close() {
        try {
            entrance.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
