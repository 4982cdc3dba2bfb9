package holdfast.kernel;

import org.jspecify.annotations.Nullable;

/// Where an order is sent. `country` is an ISO 3166-1 alpha-2 code in upper case, `region` its subdivision as
/// the tax table names it (`CA` in the US).
public record Address(
        String name,
        @Nullable String company,
        String line1,
        @Nullable String line2,
        String city,
        @Nullable String region,
        @Nullable String postalCode,
        String country,
        @Nullable String phone) {}
