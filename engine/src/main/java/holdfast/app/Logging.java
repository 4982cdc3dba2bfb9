package holdfast.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/// One log for all: what the libraries write to `java.util.logging` goes the same way as ours.
final class Logging {

    private Logging() {}

    static void configure(Config.LogLevel level) {
        if (!SLF4JBridgeHandler.isInstalled()) {
            SLF4JBridgeHandler.removeHandlersForRootLogger();
            SLF4JBridgeHandler.install();
        }
        if (LoggerFactory.getLogger("holdfast") instanceof Logger ours) ours.setLevel(Level.toLevel(level.name()));
    }
}
