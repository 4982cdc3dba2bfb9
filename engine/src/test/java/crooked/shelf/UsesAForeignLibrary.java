package crooked.shelf;

import java.util.Optional;
import org.slf4j.Logger;

/// The table lets only the till log.
record UsesAForeignLibrary(Optional<Logger> logger) {

    boolean logs() {
        return logger.map(Logger::isInfoEnabled).orElse(false);
    }
}
