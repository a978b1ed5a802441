package io.inkstream.ops.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.PageImage;
import org.junit.jupiter.api.Test;

class CompletionTest {
    @Test
    void aDocumentWithoutPagesIsCompleteWithItsLastLine() {
        Completion completion = new Completion(false);

        assertThat(completion.isCompletedBy(line(2))).isFalse();
        assertThat(completion.isCompletedBy(line(2))).isTrue();
    }

    @Test
    void aDocumentWithPagesWaitsForBoth() {
        Completion completion = new Completion(true);

        assertThat(completion.isCompletedBy(line(1))).isFalse();
        assertThat(completion.isCompletedBy(page(2))).isFalse();
        assertThat(completion.isCompletedBy(page(2))).isTrue();
    }

    @Test
    void pagesMayComeBeforeTheLastLine() {
        Completion completion = new Completion(true);

        assertThat(completion.isCompletedBy(page(1))).isFalse();
        assertThat(completion.isCompletedBy(line(1))).isTrue();
    }

    @Test
    void aDeadLetterIsTheEnd() {
        DeadLetter letter = new DeadLetter("EMPTY_TEXT", "", "", "texts", 0, 0, null, null, -1, -1);

        assertThat(new Completion(true).isCompletedBy(new DocumentEvent.Refused("d", letter)))
                .isTrue();
    }

    private static DocumentEvent line(int count) {
        LineImage image = new LineImage();
        image.setCount(count);
        return new DocumentEvent.Line("d", image);
    }

    private static DocumentEvent page(int count) {
        PageImage image = new PageImage();
        image.setCount(count);
        return new DocumentEvent.Page("d", image);
    }
}
