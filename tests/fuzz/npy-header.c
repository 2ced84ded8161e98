/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include "source/npy.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct trl_npy_error error = {.byte = SIZE_MAX};
    struct trl_npy_header header;
    if (!trl_npy_parse(&header, data, size, &error)) {
        fuzz_require(error.byte <= size);
        fuzz_require(strlen(error.text) > 0 && strlen(error.text) < sizeof(error.text));
        return 0;
    }
    fuzz_require(header.header_bytes <= size && header.header_bytes <= TRL_NPY_HEADER_BYTES);
    fuzz_require(header.rank >= 0 && header.rank <= TRL_RANK_MAX);
    int64_t bytes = (int64_t)trl_dtype_size(header.dtype);
    fuzz_require(bytes > 0);
    for (int i = 0; i < header.rank; i++) {
        fuzz_require(header.shape[i] >= 0);
        fuzz_require(!__builtin_mul_overflow(bytes, header.shape[i], &bytes));
    }
    fuzz_require(bytes == header.data_bytes);
    struct trl_layout layout;
    fuzz_require(
        !trl_layout_dense(&layout, header.dtype, header.rank, header.shape, header.fortran_order));
    return 0;
}
