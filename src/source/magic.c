/* SPDX-License-Identifier: BSD-2-Clause */
#include "source/magic.h"

#include <stdbool.h>
#include <string.h>

static const char tiff[] =
    "is a TIFF picture; save its array: numpy.save('x.npy', tifffile.imread('x.tif'))";
static const char video[] =
    "is a video; send its pixels: 'ffmpeg -i FILE -f rawvideo -pix_fmt gray - | tensorreel render "
    "- --raw dtype=u1,shape=HEIGHTxWIDTH'";

static const struct {
    const char *bytes;
    size_t size;
    const char *advice;
} known[] = {
    {"version http", 12, "is a Git LFS pointer, not the data itself; fetch it with 'git lfs pull'"},
    {"PK\x03\x04", 4,
     "is a zip archive (.npz, or .pt of PyTorch); save one array of it: "
     "numpy.save('x.npy', numpy.load('x.npz')['name'])"},
    {"PK\x05\x06", 4, "is an empty zip archive"},
    {"\x89HDF\r\n\x1a\n", 8,
     "is an HDF5 file; save one dataset of it: numpy.save('x.npy', h5py.File('x.h5')['name'][:])"},
    {"CDF", 3, "is a NetCDF file; save one variable of it with numpy.save"},
    {"MATLAB 5.0", 10,
     "is a MATLAB file; save one array of it: numpy.save('x.npy', "
     "scipy.io.loadmat('x.mat')['name'])"},
    {"\x89PNG\r\n\x1a\n", 8,
     "is a PNG picture; save its array: numpy.save('x.npy', "
     "numpy.asarray(PIL.Image.open('x.png')))"},
    {"\xff\xd8\xff", 3,
     "is a JPEG picture; save its array: numpy.save('x.npy', "
     "numpy.asarray(PIL.Image.open('x.jpg')))"},
    {"GIF8", 4,
     "is a GIF picture; save its array: numpy.save('x.npy', "
     "numpy.asarray(PIL.Image.open('x.gif')))"},
    {"II*\0", 4, tiff},
    {"MM\0*", 4, tiff},
    {"II+\0", 4, tiff},
    {"MM\0+", 4, tiff},
    {"YUV4MPEG2", 9, video},
    {"\x1a\x45\xdf\xa3", 4, video},
    {"PAR1", 4,
     "is a Parquet file; save its columns: numpy.save('x.npy', "
     "pandas.read_parquet('x.parquet').to_numpy())"},
    {"\x1f\x8b", 2,
     "is compressed with gzip; decompress it: 'gzip -dc FILE | tensorreel render -'"},
    {"BZh", 3, "is compressed with bzip2; decompress it: 'bzip2 -dc FILE | tensorreel render -'"},
    {"\xfd"
     "7zXZ",
     5, "is compressed with xz; decompress it: 'xz -dc FILE | tensorreel render -'"},
    {"\x28\xb5\x2f\xfd", 4,
     "is compressed with zstd; decompress it: 'zstd -dc FILE | tensorreel render -'"},
    {"GGUF", 4, "is a GGUF model; save one tensor of it with numpy.save"},
};

/* Of a table, say; fewer than four bytes say nothing. */
static bool is_text(const unsigned char *at, size_t size)
{
    if (size >= 3 && !memcmp(at, "\xef\xbb\xbf", 3))
        return true;
    for (size_t i = 0; i < size; i++)
        if ((at[i] < ' ' || at[i] > '~') && !strchr("\t\r\n", at[i] ? at[i] : 1))
            return false;
    return size >= 4;
}

const char *trl_magic_advice(const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (size >= known[i].size && !memcmp(at, known[i].bytes, known[i].size))
            return known[i].advice;
    }
    if (size >= 2 && at[0] == 0x80 && at[1] >= 2 && at[1] <= 5)
        return "is a Python pickle (.pkl, or old .pt of PyTorch), which is not read because it "
               "runs code; save the array with numpy.save";
    if (size >= 9 && at[8] == '{' && !at[6] && !at[7])
        return "is a safetensors file; save one tensor of it with numpy.save";
    if (size >= 8 && !memcmp(at + 4, "ftyp", 4))
        return video;
    if (size >= 12 && !memcmp(at, "RIFF", 4) && !memcmp(at + 8, "AVI ", 4))
        return video;
    if (is_text(at, size < 12 ? size : 12))
        return "is text; save its numbers: numpy.save('x.npy', numpy.loadtxt('x.csv', "
               "delimiter=','))";
    return NULL;
}
