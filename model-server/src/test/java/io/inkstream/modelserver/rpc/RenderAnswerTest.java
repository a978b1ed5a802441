package io.inkstream.modelserver.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.inkstream.modelserver.compositing.UndrawableLineException;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.rpc.RenderLineResponse;
import org.junit.jupiter.api.Test;

class RenderAnswerTest {
    @Test
    void anAnswerThatNobodyTakesIsNotSent() {
        RenderLineResponse largest = answer(Limits.ANSWER_BYTES - 16);
        assertThat(LineAnswer.checked(largest)).isSameAs(largest);
        assertThatThrownBy(() -> LineAnswer.checked(answer(Limits.ANSWER_BYTES)))
                .isInstanceOf(UndrawableLineException.class)
                .hasMessageContaining("at most " + Limits.ANSWER_BYTES);
    }

    private static RenderLineResponse answer(int bytes) {
        return RenderLineResponse.newBuilder()
                .setImage(ByteString.copyFrom(new byte[bytes]))
                .build();
    }
}
