package holdfast.pages;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.kernel.Address;
import org.junit.jupiter.api.Test;

/// An address, written as the post of its country wants it.
class ParcelTest {

    @Test
    void a_state_and_its_code_stand_behind_the_town() {
        var address = new Address(
                "Ada Lovelace",
                null,
                "12 Orchard Street",
                "Flat 3",
                "New York",
                "NY",
                "10002",
                "US",
                "+1 212 555 0100");
        assertThat(Parcel.label(address))
                .containsExactly("Ada Lovelace", "12 Orchard Street", "Flat 3", "New York, NY 10002", "United States");
    }

    @Test
    void without_a_state_there_is_no_comma() {
        var address = new Address("Ada", null, "St James’s Square", null, "London", null, "SW1Y 4LB", "GB", null);
        assertThat(Parcel.label(address)).contains("London SW1Y 4LB", "United Kingdom");
    }

    @Test
    void on_the_continent_the_code_stands_before_the_town() {
        var address = new Address("Ada", "Babbage & Co", "Lange Straße 1", null, "Berlin", null, "10115", "DE", null);
        assertThat(Parcel.label(address))
                .containsExactly("Ada", "Babbage & Co", "Lange Straße 1", "10115 Berlin", "Germany");
    }
}
