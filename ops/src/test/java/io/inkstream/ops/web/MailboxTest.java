package io.inkstream.ops.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.ops.client.DocumentEvent;
import io.inkstream.schemas.avro.LineImage;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class MailboxTest {
    @Test
    void aDocumentLargerThanAMailboxEndsAndIsSaidToBeCut() {
        Mailbox mailbox = new Mailbox(true);
        for (int i = 0; i < 40; i++) {
            mailbox.put(line());
        }

        assertThat(mailbox.isCut()).isTrue();
        assertThat(mailbox.all()).hasSizeLessThan(20);
        assertThat(mailbox.isDrained(mailbox.all().size())).isTrue();
    }

    private static DocumentEvent line() {
        LineImage image = new LineImage();
        image.setCount(1000);
        image.setPng(ByteBuffer.allocate(1 << 20));
        return new DocumentEvent.Line("d", image);
    }
}
