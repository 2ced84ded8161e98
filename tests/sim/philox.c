/* SPDX-License-Identifier: BSD-2-Clause */
#include "shared/philox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* The known-answer vectors that Random123 publishes for philox4x32-10. */
static const struct {
    uint32_t counter[4], key[2], answer[4];
} vectors[] = {
    {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
     {0xffffffff, 0xffffffff},
     {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
     {0xa4093822, 0x299f31d0},
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
};

static void gives_the_published_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(vectors) / sizeof(*vectors); i++) {
        const uint32_t *c = vectors[i].counter, *answer = vectors[i].answer;
        trl_philox_block block = trl_philox((trl_philox_block){c[0], c[1], c[2], c[3]},
                                            vectors[i].key[0], vectors[i].key[1]);
        assert_int_equal(block.x, answer[0]);
        assert_int_equal(block.y, answer[1]);
        assert_int_equal(block.z, answer[2]);
        assert_int_equal(block.w, answer[3]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_the_published_answers),
    };
    return cmocka_run_group_tests_name("philox", tests, NULL, NULL);
}
