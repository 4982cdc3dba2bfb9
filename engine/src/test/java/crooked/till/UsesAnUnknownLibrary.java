package crooked.till;

import com.zaxxer.hikari.HikariConfig;

/// Nobody wrote this library down.
record UsesAnUnknownLibrary(HikariConfig config) {}
