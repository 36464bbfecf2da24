"""What lets a table or a figure be read where there is little room: heads that break between words, boxes that scroll.

Chinese is written without spaces, and browsers, Typst and Word break it anywhere (户/数, 控制下/限); so the words of which the
heads of columns are made are listed here.
"""

import re
from html import escape, unescape

from tuopin_analysis import harmless

WORDS = """
户数 人数 户次 人次 件数 行数 天数 月数 村数 年数 个数 次数 位次 比重 比例 比率 概率 指数 平均 上限 下限 中位 日期 状态 类型
类别 项目 变化 脱贫 返贫 退出 清退 疑点 合规 达标 复核 核对 清点 计数 统计 计算 公布 登记 记录 上报 评价 信访 受理 属实
关注 列入 观察 进度 计划 目标 实际 标准 程序 步骤 节点 帮扶 单位 乡镇 行政村 家庭 农村 人口 收入 致贫 原因 组合 风险 因素
贫困 贫困线 发生率 强度 深度 逾期 提前 按时 按期 完成 应完成 期初 期末 前期 后期 急躁 扎堆 集中 次序 颠倒 满期 时限 区间
控制 权重 差距 差异 差额 缺口 迁移 净额 收缩 全省 全县 主要 最近 最好 最差 最大 年均 年人均 人均 户均 纯收入 每月 增加 延续
首次 第一 第二 前两位 合计 末月 小数 末位 位数 数字 样本量 整数倍 区位商 基尼 系数 赫芬达尔 已查出 查出 检查 检查项 预设
问题 标记 采用 搁置 读入 更正 更正人 处理 办法 变动 确知 导出表 登记册 低于 刚低于 刚过 不足 不符 不详 有效 计入 本表 计量
是否 成立 内容 结果 按人数 按户数 占户数 占人口 去一项 换权重 与全省 与全县 相差 距目标 尚差 截至 当日 有责任人 无责任人
无措施 有措施 无计划 有计划 未脱贫 已脱贫 未达标 未到期 未办结 未记录 缺记录 无记录 无此列 无问题 未完成 不属实 难判 可判
跨乡镇 新识别 脱贫后 应有 应满 应脱贫 补户次 补人次 之处 截止 理由 序号 代码 名称 基数 分档 有疑点 所含 目标值 按曲线 占脱贫
有属实 有此列 该行 该项 需增加 需脱贫
"""
_LONGEST_FIRST = sorted(WORDS.split(), key=len, reverse=True)
_PIECES = re.compile("|".join([r"[（(][^）)]*[）)]", *_LONGEST_FIRST, r"[^\u2e80-\u9fff（(]+", "."]))
BOXES = {
    "zh": {'<div class="tablebox">': "表格（可左右滚动）", "<figure>": "图（可左右滚动）"},
    "en": {'<div class="tablebox">': "Table (scrolls sideways)", "<figure>": "Figure (scrolls sideways)"},
}
_HEAD = re.compile(r'(<th\b[^>]*\bscope="col"[^>]*>)([^<]+)(?=</th>)')
PREFIX = set("已未无有按占每距应缺换去不与新可或至各从由需")


def parts(text: str) -> list[str]:
    """The pieces of a head between which a line may end; of one in Latin letters, which has spaces, the whole.

    >>> parts("计划脱贫比重（人口）"), parts("逾期未脱贫户数"), parts("Persons left")
    (['计划', '脱贫', '比重', '（人口）'], ['逾期', '未脱贫', '户数'], ['Persons left'])
    """
    if text.isascii() or len(text) < 4:
        return [text]
    found: list[str] = []
    is_open = False  # a sign that belongs to the word behind it
    for piece in _PIECES.findall(text):
        alone = len(piece) == 1
        if found and (is_open or (alone and piece not in PREFIX)):
            found[-1] += piece
        else:
            found.append(piece)
        is_open = alone and piece in PREFIX
    return found


def lines(text: str, room: float) -> str:
    """A head on lines of so many Latin letters, a Chinese character being two; a Chinese one is broken between its words.

    >>> lines("计划脱贫比重（人口）", 12), lines("计划脱贫比重（人口）", 20), lines("Persons left", 8)
    ('计划脱贫比重\\n（人口）', '计划脱贫比重（人口）', 'Persons left')
    """
    told = [""]
    for part in parts(text):
        if told[-1] and harmless.width(told[-1] + part) > room:
            told.append("")
        told[-1] += part
    return "\n".join(told)


def page(html: str, lang: str) -> str:
    """A page whose heads of columns break between words alone, and whose tables and figures the keyboard can scroll sideways.

    The style sheet keeps Chinese words of heads whole, and lets the boxes scroll on a narrow screen.

    >>> page('<th scope="col" class="number">脱贫户次</th>', "zh")
    '<th scope="col" class="number">脱贫<wbr>户次</th>'
    """
    for box, name in BOXES[lang].items():
        role = ' role="group"' if box.startswith("<div") else ""  # a figure has a role of its own
        html = html.replace(box, f'{box[:-1]}{role} tabindex="0" aria-label="{name}">')
    return _HEAD.sub(lambda head: head[1] + "<wbr>".join(escape(part, quote=False) for part in parts(unescape(head[2]))), html)
