package io.inkstream.modelserver.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedTest {
    private final List<String> freed = new ArrayList<>();
    private final Shared<String> shared = new Shared<>("model", freed::add);

    @Test
    void aRetiredThingIsFreedWhenItsLastUserGoes() {
        Shared<String>.Use first = shared.use().orElseThrow();
        Shared<String>.Use second = shared.use().orElseThrow();
        shared.retire();
        first.close();
        assertThat(freed).isEmpty();
        second.close();
        assertThat(freed).containsExactly("model");
    }

    @Test
    void nobodyBeginsToUseARetiredThing() {
        shared.retire();
        assertThat(shared.use()).isEmpty();
        assertThat(freed).containsExactly("model");
    }

    @Test
    void closingAndRetiringTwiceFreesOnce() {
        Shared<String>.Use use = shared.use().orElseThrow();
        use.close();
        use.close();
        shared.retire();
        shared.retire();
        assertThat(freed).containsExactly("model");
    }
}
