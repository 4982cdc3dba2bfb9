package holdfast.api;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/// All that is logged while it is open, whatever the level, and not shown meanwhile.
final class LogCapture extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private static final Logger ROOT = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<Appender<ILoggingEvent>> others = new ArrayList<>();
    private final Level before = ROOT.getLevel();

    LogCapture() {
        ROOT.iteratorForAppenders().forEachRemaining(others::add);
        others.forEach(ROOT::detachAppender);
        start();
        ROOT.addAppender(this);
        ROOT.setLevel(Level.TRACE);
    }

    List<String> lines() {
        return lines;
    }

    @Override
    protected void append(ILoggingEvent event) {
        lines.add(event.getFormattedMessage());
        if (event.getThrowableProxy() != null) lines.add(ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }

    @Override
    public void close() {
        ROOT.setLevel(before);
        ROOT.detachAppender(this);
        others.forEach(ROOT::addAppender);
        stop();
    }
}
