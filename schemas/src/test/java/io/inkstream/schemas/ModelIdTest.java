package io.inkstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ModelIdTest {
    @Property
    void whatIsWrittenIsParsed(@ForAll("parts") String name, @ForAll("parts") String version) {
        ModelId id = new ModelId(name, version);

        assertThat(ModelId.parse(id.toString())).isEqualTo(id);
    }

    @Property
    void anyTextIsAnIdOrRefusedWithItsText(@ForAll String text) {
        try {
            assertThat(ModelId.parse(text)).hasToString(text);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining("'");
        }
    }

    @Example
    void partsThatWouldNotSurviveAKeyOrAFileNameAreRefused() {
        for (String wrong :
                new String[] {"", "base", "base:", ":1", "a:b:c", "a/b:1", "a b:1", "a".repeat(101) + ":1"}) {
            assertThatThrownBy(() -> ModelId.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Provide
    Arbitrary<String> parts() {
        return Arbitraries.strings()
                .withCharRange('a', 'z')
                .withCharRange('A', 'Z')
                .numeric()
                .withChars("._-")
                .ofMinLength(1)
                .ofMaxLength(100);
    }
}
