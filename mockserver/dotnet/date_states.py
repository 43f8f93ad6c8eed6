"""Hold the states of .NET's date parser: what may follow what.

Source: dotnet/runtime, DateTimeParse.cs.
"""

from types import MappingProxyType

__all__ = ["NEXT_STATE", "is_complete"]

_TOKENS = (
    "end num_end num_half num_space num_date num_time month_end month_space month_date "
    "date_suffix time_suffix day_of_week year_space year_date year_end zone era"
).split()
# State, then the next state for each of _TOKENS; `.` is an error. D_ is part of a date, T_ of a
# time; N a number, M a month's name, Y a year of three or more digits, S a number with a suffix;
# a small d or t, that a separator follows. DX_ and TX_ complete a date or a time.
_TABLE = """
BEGIN BEGIN . TX_N N D_Nd T_Nt . D_M D_M D_S T_S BEGIN D_Y D_Y . BEGIN BEGIN
N . DX_NN TX_NN NN D_NNd . DX_NM D_NM D_MNd D_NDS . N D_YN D_YNd DX_YN N N
NN DX_NN DX_NNN TX_NNN DX_NNN . T_Nt DX_MNN DX_MNN . . T_S NN DX_NNY . DX_NNY NN NN
D_Nd . DX_NN . D_NN D_NNd . DX_NM D_MN D_MNd . . D_Nd D_YN D_YNd DX_YN . D_Nd
D_NN DX_NN DX_NNN TX_N DX_NNN . T_Nt DX_MNN DX_MNN . DX_DS T_S D_NN DX_NNY . DX_NNY . D_NN
D_NNd . DX_NNN DX_NNN DX_NNN . . DX_MNN DX_MNN . DX_DS . D_NNd DX_NNY . DX_NNY . D_NNd
D_M . DX_MN . D_MN D_MNd . . . . . . D_M D_YM D_YMd DX_YM . D_M
D_MN DX_MN DX_MNN DX_MNN DX_MNN . T_Nt . . . DX_DS T_S D_MN DX_YMN . DX_YMN . D_MN
D_NM DX_NM DX_MNN DX_MNN DX_MNN . T_Nt . . . DX_DS T_S D_NM DX_YMN . DX_YMN . D_NM
D_MNd . DX_MNN . DX_MNN . . . . . . . D_MNd DX_YMN . DX_YMN . D_MNd
D_NDS DX_NDS DX_NNDS DX_NNDS DX_NNDS . T_Nt . . . D_NDS T_S D_NDS . . . . D_NDS
D_Y . DX_YN . D_YN D_YNd . DX_YM D_YM D_YMd D_YM . D_Y . . . . D_Y
D_YN DX_YN DX_YNN DX_YNN DX_YNN . . DX_YMN DX_YMN . . . D_YN . . . . D_YN
D_YNd . DX_YNN DX_YNN DX_YNN . . DX_YMN DX_YMN . . . D_YN . . . . D_YN
D_YM DX_YM DX_YMN DX_YMN DX_YMN . . . . . . . D_YM . . . . D_YM
D_YMd . DX_YMN DX_YMN DX_YMN . . . . . . . D_YM . . . . D_YM
D_S DX_DS DX_DSN TX_N T_Nt . T_Nt . . . D_S T_S D_S . . . . D_S
T_S TX_TS TX_TS TX_TS T_Nt D_Nd . . . . D_S T_S T_S . . . T_S T_S
T_Nt . TX_NN TX_NN TX_NN . T_NNt DX_NM D_NM . . T_S . . . . T_Nt T_Nt
T_NNt . TX_NNN TX_NNN TX_NNN . . . . . . T_S T_NNt . . . T_NNt T_NNt
"""
NEXT_STATE = MappingProxyType(
    {
        (state, token): following
        for state, *row in (line.split() for line in _TABLE.split("\n") if line)
        for token, following in zip(_TOKENS, row, strict=True)
        if following != "."
    }
)


def is_complete(state: str) -> bool:
    """Say whether the state completes a date or a time."""
    return state.startswith(("DX_", "TX_"))
