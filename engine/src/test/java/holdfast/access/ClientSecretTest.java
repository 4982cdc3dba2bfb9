package holdfast.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// The secret that a shopper holds.
class ClientSecretTest {

    @Test
    void a_secret_is_recognized_by_its_hash() {
        var secret = ClientSecret.make();
        assertThat(secret.reveal()).matches("hf_cs_[A-Za-z0-9_-]{43}");
        assertThat(ClientSecret.parse(secret.reveal()).orElseThrow().sha256()).isEqualTo(secret.sha256());
        assertThat(ClientSecret.make().sha256()).isNotEqualTo(secret.sha256());
    }

    @Test
    void a_secret_for_a_request_is_the_same_again_and_nobody_elses() {
        var secret = ClientSecret.of("hf_sk_a", "open 1");
        assertThat(ClientSecret.parse(secret.reveal())).isPresent();
        assertThat(ClientSecret.of("hf_sk_a", "open 1").reveal()).isEqualTo(secret.reveal());
        assertThat(ClientSecret.of("hf_sk_b", "open 1").reveal()).isNotEqualTo(secret.reveal());
        assertThat(ClientSecret.of("hf_sk_a", "open 2").reveal()).isNotEqualTo(secret.reveal());
    }

    @Test
    void what_does_not_look_like_a_secret_is_none() {
        assertThat(ClientSecret.parse("")).isEmpty();
        assertThat(ClientSecret.parse(ClientSecret.make().reveal() + "x")).isEmpty();
        assertThat(ClientSecret.parse(ClientSecret.make().reveal().replace("hf_cs_", "hf_sk_")))
                .isEmpty();
    }

    @Test
    void a_secret_in_a_log_is_not_a_secret_told() {
        var secret = ClientSecret.make();
        assertThat(secret.toString()).doesNotContain(secret.reveal().substring(6));
    }
}
