package io.inkstream.ops.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsResult;
import org.apache.kafka.clients.admin.DescribeTopicsResult;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopologyResetTest {
    private static final String GROUP = "app";
    private static final String TEXTS = "texts";

    private static TopologyReset reset(ApiException ofTopic) {
        Admin admin = (Admin) Proxy.newProxyInstance(
                Admin.class.getClassLoader(), new Class<?>[] {Admin.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "describeConsumerGroups":
                            return new DescribeConsumerGroupsResult(
                                    Map.of(GROUP, failed(new GroupIdNotFoundException("none"))));
                        case "describeTopics":
                            return new DescribeTopicsResult(null, Map.of(TEXTS, failed(ofTopic))) {};
                        default:
                            throw new AssertionError(method.getName() + " is not asked for");
                    }
                });
        return new TopologyReset(admin, GROUP, TEXTS, Duration.ofSeconds(5));
    }

    private static <T> KafkaFuture<T> failed(ApiException e) {
        KafkaFutureImpl<T> future = new KafkaFutureImpl<>();
        future.completeExceptionally(e);
        return future;
    }

    @Test
    void withoutTheOffsetsOfTextsThereIsNoPlan() {
        assertThatThrownBy(() ->
                        reset(new TopicAuthorizationException("not yours")).plan(TopologyReset.To.EARLIEST, List.of()))
                .isInstanceOf(TopicAuthorizationException.class);
        assertThatThrownBy(() ->
                        reset(new UnknownTopicOrPartitionException("?")).plan(TopologyReset.To.EARLIEST, List.of()))
                .isInstanceOf(UnknownTopicOrPartitionException.class)
                .hasMessageContaining("no topic " + TEXTS);
    }

    @Test
    void stateIsNotDeletedWithoutOffsetsFromWhichItIsMadeAgain(@TempDir Path state) throws Exception {
        TopologyReset reset = reset(new TopicAuthorizationException("not yours"));

        assertThatThrownBy(() ->
                        reset.carryOut(new TopologyReset.Plan(List.of(), Map.of(), Set.of(), Set.of(), List.of(state))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> reset.carryOut(new TopologyReset.Plan(
                        List.of(), Map.of(), Set.of(), Set.of("app-documents-changelog"), List.of())))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(Files.isDirectory(state)).isTrue();
    }
}
